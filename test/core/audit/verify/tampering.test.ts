import { describe, expect, test } from "vitest";
import { parquetOf } from "../../../../functions/aws/parquet.ts";
import { columns, rowOf } from "../../../../functions/core/audit/columns.ts";
import { digestFile, type Statement, statementHash } from "../../../../functions/core/audit/digest.ts";
import {
  type AuditEvent,
  chainEventId,
  type SealedEvent,
  sealEvent,
} from "../../../../functions/core/audit/event.ts";
import { eventsKey } from "../../../../functions/core/audit/verify/names.ts";
import { sha256Of } from "../../../../functions/core/audit/verify/objects.ts";
import { canonicalJson, sha256Hex } from "../../../../functions/core/canonical.ts";
import { loose } from "../../../functions/export-audit/fixtures.ts";
import {
  check,
  type Files,
  headsOf,
  listed,
  makeLog,
  newSigner,
  RECORD,
  START,
  signed,
  signer,
} from "./log.ts";

const log = await makeLog({ seed: 11, grants: 10, loose: 5 });
const other = await makeLog({ seed: 12, grants: 10, loose: 5 });
const names = [...log.files.keys()];
const digests = names.filter((name) => name.startsWith("digests/")).sort();
const objects = names.filter((name) => name.startsWith("events/"));
const get = (files: Files, name: string): Uint8Array => files.get(name) ?? new Uint8Array();
const without = (...gone: string[]): Files =>
  new Map([...log.files].filter(([name]) => !gone.includes(name)));
const withFile = (name: string, bytes: Uint8Array | string): Files =>
  new Map(log.files).set(name, typeof bytes === "string" ? Buffer.from(bytes) : bytes);
const text = (name: string): string => Buffer.from(get(log.files, name)).toString("utf8");

const covered = new Set(
  digests.flatMap((name) => digestFile.parse(JSON.parse(text(name))).objects.map(({ key }) => key)),
);

/** An object of events as the exporter names it. */
function objectOf(events: readonly SealedEvent[], rows = events.map(rowOf)): [string, Uint8Array] {
  const bytes = parquetOf(columns, rows);
  const [first, last] = [events[0]?.event, events.at(-1)?.event];
  const day = first?.time.slice(0, 10) ?? "";
  return [eventsKey(day, first?.id ?? "", last?.id ?? "", sha256Of(bytes)), bytes];
}
/** A record of one hour, signed as it is: what a careless or a hostile exporter might have written. */
function recordOf(entries: [string, Uint8Array][], heads = headsOf([], { from: 0, madeAt: 0 })): Files {
  const at = { from: START, to: START + 3_600_000, madeAt: START + 4_200_000 };
  const iso = (ms: number) => new Date(ms).toISOString();
  const about = {
    record: RECORD,
    number: 1,
    previous: null,
    from: iso(at.from),
    to: iso(at.to),
    madeAt: iso(at.madeAt),
  };
  const list = entries.map(([key, bytes]) => listed(key, bytes)).sort((a, b) => (a.key < b.key ? -1 : 1));
  const digest = signed(signer, about, { objects: list, heads });
  return new Map([...entries, [digest.key, digest.bytes]]);
}
const AT = new Date(START + 60_000).toISOString();
const one = (id: string, facts = {}): SealedEvent => loose(id, facts, { time: AT });

describe("I-49 files of the record", () => {
  test.each(names)("%s is missed when it is gone, if it was signed", async (name) => {
    const { verdict, first } = await check(without(name));
    // The event of the last digest is newer than any: nothing can miss it yet.
    if (name.startsWith("events/") && !covered.has(name)) return expect(verdict).toBe("whole");
    expect(verdict).toBe("tampered");
    if (name.startsWith("events/")) expect(first).toMatchObject({ place: { key: name } });
    else expect(first?.code).toMatch(/^digest_(gap|announced)$/);
  });

  test("contents that changed places are found, whichever two", async () => {
    for (const [index, a] of names.entries())
      for (const b of names.slice(index + 1)) {
        const swapped = withFile(a, get(log.files, b)).set(b, get(log.files, a));
        const { verdict, first } = await check(swapped);
        expect({ verdict, named: [a, b].includes(first?.place.key ?? "") }).toEqual({
          verdict: "tampered",
          named: true,
        });
      }
  });

  test.each(objects)("a copy of %s under another name is found", async (name) => {
    const copies = [
      name.replace("dt=2026-11-21", "dt=2026-11-22"),
      name.replace(/-[0-9a-f]{64}/, `-${"0".repeat(64)}`),
    ];
    for (const copy of copies) {
      const { verdict, first } = await check(withFile(copy, get(log.files, name)));
      expect(verdict).toBe("tampered");
      expect(first?.place.key).toBe(copy);
    }
  });

  test("I-49 an event that is put in is found and named, though it contradicts nothing", async () => {
    const [key, bytes] = objectOf([one("forged-event-0001")]);
    const { verdict, first } = await check(withFile(key, bytes));
    expect(verdict).toBe("tampered");
    expect(first).toMatchObject({ code: "uncovered", place: { key, row: 1, event: "forged-event-0001" } });
  });

  test("an old event that no digest covers is let through by who knows of it, and counted", async () => {
    const [key, bytes] = objectOf([one("late-event-000001")]);
    const report = await check(withFile(key, bytes), { allowUncovered: true });
    expect(report).toMatchObject({ verdict: "whole", events: { unproven: 2 }, counts: { note: 1 } });
  });

  test("events since the last digest are counted, and no reason to fail", async () => {
    const now = new Date(START + 3 * 3_600_000 + 120_000).toISOString();
    const [key, bytes] = objectOf([loose("new-event-0000001", {}, { time: now })]);
    const report = await check(withFile(key, bytes));
    expect(report).toMatchObject({ verdict: "whole", events: { unproven: 2 } });
  });

  test("a store that tells when it was put knows of an object that the digests should have listed", async () => {
    const [key, bytes] = objectOf([one("forged-event-0001")]);
    const files = withFile(key, bytes);
    const source = (storedAt: number) => ({
      list: () =>
        [...files].map(([name, content]) => ({
          key: name,
          bytes: content.length,
          ...(name === key ? { storedAt: new Date(storedAt).toISOString() } : {}),
        })),
      read: async (name: string) => files.get(name) ?? ("missing" as const),
    });
    expect((await check(files, { source: source(START + 7_200_000) })).first?.code).toBe("object_unlisted");
    expect((await check(files, { source: source(START + 11_000_000) })).verdict).toBe("whole");
  });

  test("another event with an id that there is already is found", async () => {
    const before = log.events.find(({ event }) => event.type === "request.refused");
    if (!before) throw new Error("no loose event");
    const changed = sealEvent({ ...before.event, facts: { ...before.event.facts, count: 99 } });
    const [key, bytes] = objectOf([changed]);
    expect((await check(withFile(key, bytes))).first).toMatchObject({
      code: "copies_differ",
      place: { key, row: 1 },
    });
  });

  test("an event from another record is found", async () => {
    for (const name of [...other.files.keys()].filter((each) => each.startsWith("events/"))) {
      const report = await check(withFile(name, get(other.files, name)));
      const isNew = report.verdict === "whole" && report.events.unproven > 1;
      // What happened after the last digest, nothing here can speak of.
      if (!isNew) expect(report).toMatchObject({ verdict: "tampered", first: { place: { key: name } } });
    }
  });

  test("all files in another order are the same record", async () => {
    const orders = [
      [...names].reverse(),
      [...names].sort(),
      names.map((_, index) => names[(index * 7 + 3) % names.length] ?? ""),
    ];
    for (const order of orders) {
      const files = new Map(
        [...new Set([...order, ...names])].map((name) => [name, Uint8Array.from(get(log.files, name))]),
      );
      expect((await check(files)).verdict).toBe("whole");
    }
  });

  test("a batch that came again, or half of it with others, is the same record (I-57)", async () => {
    const events = log.events.filter(({ event }) => event.time < "2026-11-21T10");
    const again = [
      objectOf(events.slice(0, 5)),
      objectOf(events.slice(2, 9)),
      objectOf([...events.slice(4, 7)].reverse()),
    ];
    const report = await check(new Map([...log.files, ...again]));
    expect(report).toMatchObject({ verdict: "whole", events: { read: log.events.length } });
  });

  test("a file that is no part of the record is named and changes nothing", async () => {
    const report = await check(withFile("README.txt", "hello"));
    expect(report).toMatchObject({ verdict: "whole", findings: [{ code: "unexpected_file" }] });
  });

  test("something that is no file is named and not opened", async () => {
    const files = [...log.files].map(([key, bytes]) => ({
      key,
      bytes: bytes.length,
      ...(key === objects[0] ? { odd: "a symbolic link" } : {}),
    }));
    const source = { list: () => files, read: async (key: string) => get(log.files, key) };
    const report = await check(log.files, { source });
    expect(report.findings[0]).toMatchObject({ code: "odd_file", place: { key: objects[0] } });
    expect(report.verdict).toBe("cannot_tell");
  });
});

describe("I-50 digests", () => {
  const [d1 = "", d2 = "", d3 = ""] = digests;

  test("an hour that is dropped is named", async () => {
    expect((await check(without(d2))).first).toMatchObject({ code: "digest_gap", place: { key: d3 } });
    expect((await check(without(d1))).first).toMatchObject({ code: "digest_gap", place: { key: d2 } });
  });

  test("an hour that is dropped with all that it covers is named", async () => {
    const second = digestFile.parse(JSON.parse(text(d2)));
    const files = without(d2, ...second.objects.map(({ key }) => key));
    expect((await check(files)).first).toMatchObject({ code: "digest_gap", place: { key: d3 } });
  });

  test("a tail that is cut off with all that tells of it is found by a digest held elsewhere", async () => {
    const files = new Map(log.files);
    const kept = log.statements.slice(0, 2);
    const covered = new Set(
      digests
        .slice(0, 2)
        .flatMap((name) => digestFile.parse(JSON.parse(text(name))).objects.map(({ key }) => key)),
    );
    for (const name of names)
      if (!covered.has(name) && !digests.slice(0, 2).includes(name)) files.delete(name);
    const last = log.statements[2] as Statement;
    const alone = await check(files, { copiedAt: 0 });
    expect(alone.provenUntil).toBe(kept[1]?.to);
    for (const held of [{ hash: statementHash(last), statement: last }, { hash: statementHash(last) }])
      expect((await check(files, { held })).findings).toContainEqual(
        expect.objectContaining({ code: "held_missing", severity: "tampered" }),
      );
    const before = kept[1] as Statement;
    expect((await check(files, { held: { hash: statementHash(before) } })).findings).toEqual(alone.findings);
  });

  test("a record that was made anew is found by a digest held elsewhere", async () => {
    const held = {
      hash: statementHash(log.statements[1] as Statement),
      statement: log.statements[1] as Statement,
    };
    expect((await check(other.files, { held })).first).toMatchObject({
      code: "held_differs",
      place: { digest: 2 },
    });
    expect((await check(log.files, { held })).verdict).toBe("whole");
  });

  test("a record that somebody signed with a key of theirs is not believed", async () => {
    const report = await check(log.files, { keys: [newSigner()] });
    expect(report).toMatchObject({
      verdict: "cannot_tell",
      first: { code: "digest_unknown_key", place: { key: d1 } },
    });
    expect((await check(log.files, { keys: [] })).verdict).toBe("cannot_tell");
  });

  test("one digest of another key leaves the rest in doubt, and its own key settles it", async () => {
    const forger = newSigner();
    const { v: _v, objects: _o, heads: _h, ...about } = log.statements[1] as Statement;
    const file = digestFile.parse(JSON.parse(text(d2)));
    const forged = signed(forger, about, { objects: file.objects, heads: file.heads });
    const files = withFile(d2, forged.bytes);
    expect((await check(files)).first).toMatchObject({ code: "digest_unknown_key", place: { key: d2 } });
    expect((await check(files)).verdict).toBe("cannot_tell");
    expect((await check(files, { keys: [signer, forger] })).verdict).toBe("whole");
  });

  test.each<[string, (source: string) => string]>([
    ["spaces", (source) => source.replace(":", ": ")],
    ["a line end", (source) => `${source}\n`],
    ["a byte order mark", (source) => `\uFEFF${source}`],
    [
      "another order of members",
      (source) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(source)).reverse())),
    ],
    ["a member twice", (source) => source.replace('"heads":', '"heads":[],"heads":')],
    ["a member more", (source) => source.replace('{"heads":', '{"also":1,"heads":')],
    ["an escape that is another text of the same", (source) => source.replace("events/dt", "events\\/dt")],
    ["an escaped letter", (source) => source.replace("events/dt", "\\u0065vents/dt")],
  ])("a digest with %s is found", async (_, change) => {
    expect(change(text(d1))).not.toBe(text(d1));
    const { verdict, first } = await check(withFile(d1, change(text(d1))));
    expect({ verdict, key: first?.place.key }).toEqual({ verdict: "tampered", key: d1 });
  });

  test("lists that were changed are found", async () => {
    const file = digestFile.parse(JSON.parse(text(d1)));
    const changes = [
      { ...file, objects: file.objects.slice(1) },
      { ...file, objects: [...file.objects].reverse() },
      { ...file, objects: [...file.objects, ...file.objects.slice(0, 1)] },
      { ...file, heads: file.heads.slice(1) },
      { ...file, heads: file.heads.map((head) => ({ ...head, sequence: head.sequence + 1 })) },
    ];
    for (const change of changes)
      expect((await check(withFile(d1, canonicalJson(change)))).first).toMatchObject({
        code: "digest_lists_differ",
        place: { key: d1 },
      });
  });

  test("a signature by another encoding of the same numbers is not accepted", async () => {
    const file = digestFile.parse(JSON.parse(text(d1)));
    const padded = canonicalJson({ ...file, jws: `${file.jws}=` });
    expect((await check(withFile(d1, padded))).first).toMatchObject({ code: "digest_bad_signature" });
  });

  test("a digest of another hour, or another record, in its place is found", async () => {
    expect((await check(withFile(d2, get(log.files, d1)))).first?.code).toBe("digest_misplaced");
    expect((await check(withFile(d2, get(other.files, d2)))).first?.code).toBe("digest_chain_broken");
    const { v: _v, objects: _o, heads: _h, ...about } = log.statements[1] as Statement;
    const file = digestFile.parse(JSON.parse(text(d2)));
    const elsewhere = signed(
      signer,
      { ...about, record: "another" },
      { objects: file.objects, heads: file.heads },
    );
    expect((await check(withFile(d2, elsewhere.bytes))).first).toMatchObject({ code: "digest_other_record" });
  });

  test("a delete marker and a second content of one key are named", async () => {
    const { v: _v, objects: _o, heads: _h, ...about } = log.statements[2] as Statement;
    const file = digestFile.parse(JSON.parse(text(d3)));
    const sorted = (more: (typeof file.objects)[number]) =>
      [...file.objects, more].sort((a, b) => (a.key < b.key ? -1 : 1));
    const [key = ""] = objects;
    const marked = signed(signer, about, {
      objects: sorted({ key, versionId: "z", deleteMarker: true }),
      heads: file.heads,
    });
    expect((await check(withFile(d3, marked.bytes))).first).toMatchObject({
      code: "delete_marker",
      place: { key, digest: 3 },
    });
    const replaced = signed(signer, about, {
      objects: sorted({ ...listed(key, Buffer.from("x")), versionId: "z" }),
      heads: file.heads,
    });
    expect((await check(withFile(d3, replaced.bytes))).first).toMatchObject({
      code: "object_replaced",
      place: { key, digest: 3 },
    });
  });

  test("I-50 a head that was rolled back is found", async () => {
    const file = digestFile.parse(JSON.parse(text(d3)));
    const { v: _v, objects: _o, heads: _h, ...about } = log.statements[2] as Statement;
    const known = digestFile.parse(JSON.parse(text(d2))).heads.find(({ sequence }) => sequence > 1) ?? {
      grant: "",
      sequence: 0,
      hash: "",
    };
    const hash =
      log.events.find(({ event }) => event.id === chainEventId(known.grant, known.sequence - 1))?.hash ?? "";
    const back = { grant: known.grant, sequence: known.sequence - 1, hash };
    const heads = [...file.heads.filter(({ grant }) => grant !== known.grant), back].sort((a, b) =>
      a.grant < b.grant ? -1 : 1,
    );
    const forged = signed(signer, about, { objects: file.objects, heads });
    expect((await check(withFile(d3, forged.bytes))).findings).toContainEqual(
      expect.objectContaining({
        code: "head_rolled_back",
        place: expect.objectContaining({ grant: known.grant, digest: 3 }),
      }),
    );
  });

  test("two hours of events without a digest are in doubt", async () => {
    const late = loose("late-event-000001", {}, { time: new Date(START + 5 * 3_600_000).toISOString() });
    expect((await check(new Map([...log.files, objectOf([late])]))).first).toMatchObject({
      code: "digest_late",
    });
  });
});

describe("I-48 chains", () => {
  const grant = "k7m2qx4zabcd2345";
  const step = (
    sequence: number,
    type: AuditEvent["type"],
    status: string,
    previous: string | null,
    seconds = sequence,
  ): SealedEvent =>
    sealEvent({
      v: 1,
      id: chainEventId(grant, sequence),
      type,
      time: new Date(START + seconds * 1_000).toISOString(),
      actor: { type: "broker", id: "broker" },
      grant,
      chain: { sequence, previous },
      facts: { status },
    });
  const asked = step(1, "grant.requested", "APPROVED", null);
  const claimed = step(2, "grant.attempt_claimed", "ACTIVATING", asked.hash);
  const active = step(3, "grant.activated", "ACTIVE", claimed.hash);
  const ended = step(4, "grant.ended", "ENDED", active.hash);
  const all = [asked, claimed, active, ended];
  const headAt = (sealed: SealedEvent) => [
    { grant, sequence: sealed.event.chain?.sequence ?? 0, hash: sealed.hash },
  ];

  test("a chain that is whole, in whatever order, is whole", async () => {
    expect((await check(recordOf([objectOf(all)], headAt(ended)))).verdict).toBe("whole");
    expect((await check(recordOf([objectOf([...all].reverse())], headAt(ended)))).verdict).toBe("whole");
    expect(
      (await check(recordOf([objectOf([ended, active]), objectOf([claimed, asked])], headAt(ended)))).verdict,
    ).toBe("whole");
  });

  test.each([1, 2, 3])("a chain without event %i has a gap", async (sequence) => {
    const rest = all.filter((_, index) => index !== sequence - 1);
    expect((await check(recordOf([objectOf(rest)], headAt(ended)))).first).toMatchObject({
      code: "chain_gap",
      place: { grant, sequence },
    });
  });

  test("an exporter that drops the end of a chain is found by the next digest", async () => {
    const late = loose(
      "later-event-00001",
      {},
      { time: new Date(START + 4_200_000 + 16 * 60_000).toISOString() },
    );
    const files = recordOf([objectOf(all.slice(0, 3))], headAt(ended));
    // So soon after the digest it may be on its way; with anything that is later than that, it is lost.
    expect((await check(files)).first).toMatchObject({
      code: "head_not_here_yet",
      place: { grant, sequence: 4 },
    });
    expect((await check(files)).verdict).toBe("cannot_tell");
    expect((await check(new Map([...files, objectOf([late])]))).first).toMatchObject({
      code: "head_missing",
      place: { grant, sequence: 4, digest: 1 },
    });
    expect((await check(files, { copiedAt: START + 24 * 3_600_000 })).verdict).toBe("tampered");
  });

  test("a grant that was made up is found: the table does not know it", async () => {
    const files = recordOf([objectOf(all)]);
    expect((await check(files, { copiedAt: START + 24 * 3_600_000 })).first).toMatchObject({
      code: "chain_unsigned",
      place: { grant },
    });
  });

  test("an event that was added to a chain is found, whatever it says of its time", async () => {
    const files = recordOf([objectOf(all.slice(0, 3))], headAt(active));
    const [key, bytes] = objectOf([ended]);
    expect((await check(new Map(files).set(key, bytes))).first).toMatchObject({
      code: "event_after_head",
      place: { key, grant, sequence: 4 },
    });
  });

  test("another event where the table has one is found", async () => {
    const forged = step(4, "grant.revoking", "REVOKING", active.hash);
    expect(
      (await check(recordOf([objectOf([...all.slice(0, 3), forged])], headAt(ended)))).first,
    ).toMatchObject({ code: "head_differs", place: { grant, sequence: 4 } });
  });

  test.each<[string, SealedEvent[], string, number]>([
    [
      "a hash of another chain before it",
      [asked, step(2, "grant.attempt_claimed", "ACTIVATING", "0".repeat(64))],
      "chain_broken",
      2,
    ],
    ["no hash before it", [asked, step(2, "grant.attempt_claimed", "ACTIVATING", null)], "chain_broken", 2],
    ["a move that there is not", [asked, step(2, "grant.activated", "ACTIVE", asked.hash)], "chain_path", 2],
    [
      "a status that its move does not lead to",
      [asked, step(2, "grant.attempt_claimed", "ACTIVE", asked.hash)],
      "chain_path",
      2,
    ],
    ["a beginning in the middle of a life", [step(1, "grant.activated", "ACTIVE", null)], "chain_path", 1],
    [
      "a time long before",
      [
        step(1, "grant.requested", "APPROVED", null, 2_000),
        step(
          2,
          "grant.attempt_claimed",
          "ACTIVATING",
          step(1, "grant.requested", "APPROVED", null, 2_000).hash,
          1_000,
        ),
      ],
      "chain_time",
      2,
    ],
  ])("an event with %s is named", async (_, events, code, sequence) => {
    const last = events.at(-1) as SealedEvent;
    expect((await check(recordOf([objectOf(events)], headAt(last)))).first).toMatchObject({
      code,
      place: { grant, sequence },
    });
  });

  test("the story of one grant is its events in order, and a grant that is not here is in doubt", async () => {
    const files = recordOf([objectOf([...all].reverse())], headAt(ended));
    const { grant: story } = await check(files, { grant });
    expect(story).toEqual({
      id: grant,
      events: all.map(({ body, hash }) => ({ body, hash })),
      signedUpTo: 4,
    });
    expect((await check(files, { grant: "aaaaaaaaaaaaaaaa" })).first?.code).toBe("grant_not_here");
  });
});

describe("rows", () => {
  const event = one("an-event-00000001", { purpose: "why", masked: true });
  const column = (name: string) => columns.findIndex((each) => each.name === name);
  const withValue = (name: string, value: string | boolean | null | bigint) => [
    rowOf(event).with(column(name), value),
  ];
  const rehashed = (body: string) => {
    const row = rowOf(event).with(column("body"), body).with(column("hash"), sha256Hex(body));
    return [row];
  };
  const codeOf = async (rows: ReturnType<typeof rowOf>[]) =>
    (await check(recordOf([objectOf([event], rows)]))).first;

  test.each<[string, ReturnType<typeof rowOf>[], string]>([
    ["a column that says something else", withValue("purpose", "another"), "column_differs"],
    ["a column that says more", withValue("ticket", "T-1"), "column_differs"],
    ["a column that says less", withValue("masked", null), "column_differs"],
    ["a hash of something else", withValue("hash", "0".repeat(64)), "wrong_hash"],
    ["a body of something else", withValue("body", event.body.replace("why", "who")), "wrong_hash"],
    ["no body", withValue("body", null), "not_an_event"],
    ["a body that is no JSON", rehashed("{"), "not_json"],
    ["a body with spaces", rehashed(event.body.replace(":", ": ")), "not_canonical"],
    [
      "a body with a key twice",
      rehashed(event.body.replace('"facts":{', '"facts":{"purpose":"why",')),
      "not_canonical",
    ],
    [
      "a body in another order",
      rehashed(JSON.stringify(Object.fromEntries(Object.entries(event.event).reverse()))),
      "not_canonical",
    ],
    ["a body with an escaped letter", rehashed(event.body.replace("why", "\\u0077hy")), "not_canonical"],
    ["an event of a later version", rehashed(event.body.replace('"v":1', '"v":2')), "unknown_version"],
    [
      "an event of another type than there are",
      rehashed(event.body.replace("request.refused", "request.ignored")),
      "not_an_event",
    ],
  ])("a row with %s is named", async (_, rows, code) => {
    expect(await codeOf(rows)).toMatchObject({ code, place: { row: 1, event: "an-event-00000001" } });
  });

  test("letters that look the same are not the same", async () => {
    const [composed, apart] = [
      one("an-event-00000001", { purpose: "caf\u00e9" }),
      one("an-event-00000001", { purpose: "cafe\u0301" }),
    ];
    const files = recordOf([objectOf([composed]), objectOf([apart])]);
    expect((await check(files)).first?.code).toBe("copies_differ");
  });

  test("a column that nobody knows, and one that is missing, are told apart", async () => {
    const rows = [[...rowOf(event), "more"]];
    const key = (bytes: Uint8Array) =>
      eventsKey(AT.slice(0, 10), event.event.id, event.event.id, sha256Of(bytes));
    const more = parquetOf([...columns, { name: "later", type: "string" }], rows);
    expect((await check(recordOf([[key(more), more]]))).first).toMatchObject({
      code: "unknown_column",
      severity: "cannot_tell",
    });
    const lacks = columns.filter(({ name }) => name !== "event_type");
    const fewer = parquetOf(lacks, [lacks.map((each) => each.of(event.event, event.hash, event.body))]);
    expect((await check(recordOf([[key(fewer), fewer]]))).first).toMatchObject({
      code: "column_differs",
      found: "nothing",
    });
    const older = columns.filter(({ name }) => name !== "cap_seconds");
    const fine = parquetOf(older, [older.map((each) => each.of(event.event, event.hash, event.body))]);
    expect((await check(recordOf([[key(fine), fine]]))).verdict).toBe("whole");
  });

  test("an event under another day, and an object that is named after other events, are named", async () => {
    const [, bytes] = objectOf([event]);
    const elsewhere = eventsKey("2026-11-20", event.event.id, event.event.id, sha256Of(bytes));
    expect((await check(recordOf([[elsewhere, bytes]]))).first).toMatchObject({
      code: "wrong_day",
      place: { key: elsewhere, row: 1 },
    });
    const misnamed = eventsKey("2026-11-21", "another-event-001", event.event.id, sha256Of(bytes));
    expect((await check(recordOf([[misnamed, bytes]]))).first).toMatchObject({
      code: "object_misnamed",
      place: { key: misnamed },
    });
  });

  test("an object that unpacks to more than it may, or is no Parquet, is named and not unpacked", async () => {
    const big = [
      one("big-event-0000001", { purpose: "x".repeat(200_000) }),
      one("big-event-0000002", { purpose: "x".repeat(200_000) }),
    ];
    const [key, bytes] = objectOf(big);
    expect(bytes.length).toBeLessThan(100_000);
    const files = recordOf([[key, bytes]]);
    expect((await check(files, { limits: { unpackedBytes: 300_000 } })).first).toMatchObject({
      code: "object_too_large",
      place: { key },
    });
    expect((await check(files, { limits: { objectBytes: 1_000 } })).first).toMatchObject({
      code: "object_too_large",
      place: { key },
    });
    const gzip = Buffer.from([0x1f, 0x8b, 8, 0]);
    const zipped = eventsKey("2026-11-21", "a", "b", sha256Of(gzip));
    expect((await check(recordOf([[zipped, gzip]]))).first).toMatchObject({
      code: "object_damaged",
      place: { key: zipped },
    });
  });
});

describe("what cannot be judged is never said to be whole", () => {
  test.each<[string, Files, string]>([
    ["an empty folder", new Map(), "empty"],
    ["events without a digest", new Map([objectOf([one("an-event-00000001")])]), "no_digest"],
  ])("%s", async (_, files, code) => {
    const report = await check(files);
    expect(report).toMatchObject({ verdict: "cannot_tell" });
    expect(report.findings.map((finding) => finding.code)).toContain(code);
  });
});
