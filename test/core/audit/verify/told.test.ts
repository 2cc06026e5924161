import { describe, expect, test } from "vitest";
import { parquetOf } from "../../../../functions/aws/parquet.ts";
import { columns, rowOf } from "../../../../functions/core/audit/columns.ts";
import { digestFile, type Statement, statementHash } from "../../../../functions/core/audit/digest.ts";
import type { AuditEvent } from "../../../../functions/core/audit/event.ts";
import type { Finding } from "../../../../functions/core/audit/verify/finding.ts";
import { readHeld } from "../../../../functions/core/audit/verify/held.ts";
import { eventsKey } from "../../../../functions/core/audit/verify/names.ts";
import { sha256Of } from "../../../../functions/core/audit/verify/objects.ts";
import type { Progress, VerifyOptions } from "../../../../functions/core/audit/verify/run.ts";
import { storyOf } from "../../../../functions/core/audit/verify/story.ts";
import { sha256Hex } from "../../../../functions/core/canonical.ts";
import { loose } from "../../../functions/export-audit/fixtures.ts";
import { check, type Files, makeLog, newSigner, RECORD, START, signed, signer } from "./log.ts";
import {
  AT,
  digests,
  get,
  headAt,
  life,
  log,
  names,
  objectOf,
  objects,
  one,
  other,
  recordOf,
  step,
  text,
  withFile,
  without,
} from "./tamper.ts";

const HOUR = 3_600_000;
const iso = (ms: number): string => new Date(START + ms).toISOString();
const later = { copiedAt: START + 24 * HOUR };

type Case = readonly [files: Files, options?: Partial<VerifyOptions>];

/** Digests of hours without anything, each as it is told. */
function digestsOf(...abouts: Partial<Omit<Statement, "v" | "objects" | "heads">>[]): Files {
  const files: Files = new Map();
  let previous: string | null = null;
  for (const [index, about] of abouts.entries()) {
    const made = signed(
      signer,
      {
        ...{ record: RECORD, number: index + 1, previous },
        ...{
          from: iso(index * HOUR),
          to: iso((index + 1) * HOUR),
          madeAt: iso((index + 1) * HOUR + 600_000),
        },
        ...about,
      },
      { objects: [], heads: [] },
    );
    files.set(made.key, made.bytes);
    previous = statementHash(made.statement);
  }
  return files;
}

const [d1 = "", d2 = "", d3 = ""] = digests;
const [o1 = "", o2 = ""] = objects;
const { asked, claimed, active, ended } = life;
const chain = [asked, claimed, active, ended];
const lateEvent = (ms: number) => objectOf([loose("later-event-00001", {}, { time: iso(ms) })]);
const row = one("an-event-00000001", { purpose: "why", masked: true });
const column = (name: string) => columns.findIndex((each) => each.name === name);
const withValue = (name: string, value: string | null | number): Files =>
  recordOf([objectOf([row], [rowOf(row).with(column(name), value)])]);
const bodyOf = (body: string): Files =>
  recordOf([objectOf([row], [rowOf(row).with(column("body"), body).with(column("hash"), sha256Hex(body))])]);
const named = (bytes: Uint8Array, day = "2026-11-21", first = row.event.id, last = first) =>
  eventsKey(day, first, last, sha256Of(bytes));
const ofColumns = (all: typeof columns, values: unknown[]): Files => {
  const bytes = parquetOf(all, [values] as Parameters<typeof parquetOf>[1]);
  return recordOf([[named(bytes), bytes]]);
};
const fewer = columns.filter(({ name }) => name !== "event_type");
const [, bytesOfRow] = objectOf([row]);
const secondLists = digestFile.parse(JSON.parse(text(d2)));
const { v: _v, objects: _o, heads: _h, ...aboutSecond } = log.statements[1] as Statement;
const resigned = (lists: Partial<typeof secondLists>): Uint8Array =>
  signed(signer, aboutSecond, { objects: secondLists.objects, heads: secondLists.heads, ...lists }).bytes;
/** The heads of the first hour once more, each an event earlier. */
const rolledBack = digestFile
  .parse(JSON.parse(text(d1)))
  .heads.map((head) => ({ ...head, sequence: Math.max(1, head.sequence - 1) }));
const listing = (odd: string | undefined, key = "events/dt=2026-11-21/odd") => ({
  source: { list: () => [{ key, bytes: 0, ...(odd ? { odd } : {}) }], read: async () => "missing" as const },
});
const extra = objectOf([one("an-event-00000009")]);
/** As a bucket lists it: with the time at which it was put. */
const stored = (key: string, at: number): Partial<VerifyOptions> => {
  const files = new Map([...log.files, extra]);
  return {
    source: {
      list: () =>
        [...files].map(([name, bytes]) => ({
          ...{ key: name, bytes: bytes.length },
          storedAt: new Date(name === key ? at : START + 1_000).toISOString(),
        })),
      read: async (name) => files.get(name) ?? "missing",
    },
  };
};
const held = (index: number, from = log) => {
  const statement = from.statements[index] as Statement;
  return { held: { hash: statementHash(statement), statement } };
};

const cases: Readonly<Record<string, Case>> = {
  "nothing at all": [new Map()],
  "no digest": [new Map([objectOf([row])])],
  "no key": [log.files, { keys: [] }],
  "the first hour dropped": [without(d1)],
  "an hour dropped": [without(d2)],
  "the last hour dropped, just now": [without(d3)],
  "the last hour dropped, a day ago": [without(d3), later],
  "the digests stand still": [log.files, later],
  "all but the first hour dropped, just now": [without(d2, d3)],
  "a digest that is no hour": [digestsOf({ to: iso(2 * HOUR), madeAt: iso(3 * HOUR) })],
  "a digest of an hour that begins between two": [
    digestsOf({ from: iso(60_000), to: iso(HOUR + 60_000), madeAt: iso(2 * HOUR) }),
  ],
  "a digest of an hour that was not over": [digestsOf({ madeAt: iso(HOUR - 1) })],
  "a digest in the second in which its hour was over": [digestsOf({ madeAt: iso(HOUR) })],
  "two digests missing before one": [
    digestsOf({}, { number: 4, from: iso(3 * HOUR), to: iso(4 * HOUR), madeAt: iso(5 * HOUR) }),
  ],
  "a number again": [digestsOf({}, { number: 1 })],
  "an hour left out between numbers": [
    digestsOf({}, { from: iso(2 * HOUR), to: iso(3 * HOUR), madeAt: iso(4 * HOUR) }),
  ],
  "a first digest that names one before it": [digestsOf({ previous: "a".repeat(64) })],
  "a second digest that names none": [digestsOf({}, { previous: null })],
  "a digest of another record": [digestsOf({}, { record: "another" })],
  "a digest of another hour in its place": [withFile(d2, get(log.files, d1))],
  "a digest of a record made anew": [withFile(d2, get(other.files, d2))],
  "a digest by a stranger": [
    withFile(
      d2,
      signed(newSigner(), aboutSecond, { objects: secondLists.objects, heads: secondLists.heads }).bytes,
    ),
  ],
  "a digest with a list changed": [withFile(d1, text(d1).replace('"versionId":"v-', '"versionId":"w-'))],
  "a digest with its signature cut": [withFile(d1, text(d1).replace(/("jws":"[^"]*)[^"]{3}"/, '$1"'))],
  "a digest that is no JSON": [withFile(d1, "{")],
  "a digest without a signature": [withFile(d1, '{"heads":[],"objects":[]}')],
  "a digest that is a list": [withFile(d1, "[]")],
  "a digest that is nothing": [withFile(d1, "null")],
  "a digest whose signature is none": [withFile(d1, '{"heads":[],"jws":"a.b.c","objects":[]}')],
  "a digest with a space": [withFile(d1, text(d1).replace(":", ": "))],
  "a digest with a member more": [withFile(d1, text(d1).replace('{"heads":', '{"also":1,"heads":'))],
  "a digest with a list in another order": [
    withFile(d2, resigned({ objects: [...secondLists.objects].reverse() })),
  ],
  "a digest with an object twice": [
    withFile(d2, resigned({ objects: secondLists.objects.flatMap((each) => [each, each]) })),
  ],
  "a digest with a head twice": [
    withFile(d2, resigned({ heads: secondLists.heads.flatMap((each) => [each, each]) })),
  ],
  "a digest that says a chain is shorter than before": [withFile(d2, resigned({ heads: rolledBack }))],
  "a digest that counts other heads": [withFile(d1, text(d1).replace(/"sequence":\d+/, '"sequence":77'))],
  "a digest under another name": [
    new Map(log.files).set("digests/dt=2026-11-21/other.json", Buffer.from("{}")),
  ],
  "a digest held that is not here": [without(d3), held(2)],
  "a digest held that is of another record": [log.files, held(1, other)],
  "a digest held by its hash alone": [log.files, { held: { hash: "b".repeat(64) } }],
  "an odd file": [new Map(), listing("a symbolic link")],
  "a file whose bytes are not to be had": [new Map(), listing(undefined, d1)],
  "a file that a desktop leaves": [withFile("events/dt=2026-11-21/.DS_Store", "Bud1")],
  "a file of strangers among what was put aside": [withFile("quarantine/dt=2026-11-21/a", "x")],
  "a file of strangers among the calls": [withFile("usage/dt=2026-11-21/a", "x")],
  "a hidden folder": [withFile(".git/events/dt=2026-11-21/a", "x")],
  "a digest in a folder of folders": [withFile(`copy/${d1}`, get(log.files, d1))],
  "a digest with an ending more": [withFile(`${d1}.bak`, get(log.files, d1))],
  "public keys": [withFile("digests/keys/another.pem", "x")],
  "a file of nobody's": [withFile("notes.txt", "hello")],
  "an object gone": [without(o1)],
  "an object of other contents": [withFile(o1, get(log.files, o2))],
  "an object that is not covered": [new Map([...log.files, objectOf([one("an-event-00000009")])])],
  "an object too large": [log.files, { limits: { objectBytes: 10 } }],
  "objects that unpack to too much": [log.files, { limits: { unpackedBytes: 10 } }],
  "an object of more rows than may be": [log.files, { limits: { rows: 1 } }],
  "an object that is no Parquet": [recordOf([[named(Buffer.from("PAR?")), Buffer.from("PAR?")]])],
  "an event under another day": [recordOf([[named(bytesOfRow, "2026-11-20"), bytesOfRow]])],
  "an object named after another event": [
    recordOf([[named(bytesOfRow, "2026-11-21", "another-event-001", row.event.id), bytesOfRow]]),
  ],
  "a column of something else": [withValue("purpose", "another")],
  "a column of something long": [withValue("purpose", "long ".repeat(100))],
  "a column of nothing": [withValue("masked", null)],
  "a class of another kind": [withValue("class_uid", 1)],
  "a hash of something else": [withValue("hash", "0".repeat(64))],
  "a row without a body": [withValue("body", null)],
  "a row without an id": [withValue("event_id", null)],
  "a body that is no JSON": [bodyOf("{")],
  "a body with spaces": [bodyOf(row.body.replace(":", ": "))],
  "a body of a later version": [bodyOf(row.body.replace('"v":1', '"v":2'))],
  "a body of no event": [bodyOf(row.body.replace("request.refused", "request.ignored"))],
  "a column more": [
    ofColumns(
      [...columns, { ...(columns[0] as (typeof columns)[number]), name: "later" }],
      [...rowOf(row), "more"],
    ),
  ],
  "a column less": [
    ofColumns(
      fewer,
      fewer.map((each) => each.of(row.event, row.hash, row.body)),
    ),
  ],
  "an event twice, told otherwise": [
    recordOf([
      objectOf([one("an-event-00000001", { purpose: "a" })]),
      objectOf([one("an-event-00000001", { purpose: "b" })]),
    ]),
  ],
  "a chain without its first event": [recordOf([objectOf(chain.slice(1))], headAt(ended))],
  "a chain without two events": [recordOf([objectOf([asked, ended])], headAt(ended))],
  "a chain cut, just now": [recordOf([objectOf(chain.slice(0, 2))], headAt(ended))],
  "a chain cut, a day ago": [recordOf([objectOf(chain.slice(0, 2))], headAt(ended)), later],
  "a chain cut, at the end of the time to wait": [
    recordOf([objectOf(chain.slice(0, 2))], headAt(ended)),
    { copiedAt: START + HOUR + 15 * 60_000 },
  ],
  "a chain cut, just before the end of the time to wait": [
    recordOf([objectOf(chain.slice(0, 2))], headAt(ended)),
    { copiedAt: START + HOUR + 15 * 60_000 - 1 },
  ],
  "a chain that nobody signed": [recordOf([objectOf(chain)]), later],
  "a chain that nobody signed, at the end of the time to wait": [
    recordOf([objectOf(chain)]),
    { copiedAt: START + HOUR + 15 * 60_000 },
  ],
  "a chain that nobody signed, just before": [
    recordOf([objectOf(chain)]),
    { copiedAt: START + HOUR + 15 * 60_000 - 1 },
  ],
  "a chain longer than was signed": [recordOf([objectOf(chain)], headAt(active))],
  "a chain with another end": [
    recordOf(
      [objectOf([asked, claimed, active, step(4, "grant.revoking", "REVOKING", active.hash)])],
      headAt(ended),
    ),
  ],
  "a chain with a hash of another": [
    recordOf([objectOf([asked, step(2, "grant.attempt_claimed", "ACTIVATING", "0".repeat(64))])], []),
  ],
  "a chain with no hash before it": [
    recordOf([objectOf([asked, step(2, "grant.attempt_claimed", "ACTIVATING", null)])], []),
  ],
  "a chain that begins with a hash": [
    recordOf([objectOf([step(1, "grant.requested", "APPROVED", "0".repeat(64))])], []),
  ],
  "a chain of a move that there is not": [
    recordOf([objectOf([asked, step(2, "grant.activated", "ACTIVE", asked.hash)])], []),
  ],
  "a chain that goes back by minutes": [
    recordOf([
      objectOf([
        step(1, "grant.requested", "APPROVED", null, 3_000),
        step(
          2,
          "grant.attempt_claimed",
          "ACTIVATING",
          step(1, "grant.requested", "APPROVED", null, 3_000).hash,
          1,
        ),
      ]),
    ]),
  ],
  "a grant's story that is asked for": [
    recordOf([objectOf(chain)], headAt(ended)),
    { grant: "aaaaaaaaaaaaaaaa" },
  ],
  "a grant's story, signed": [recordOf([objectOf(chain)], headAt(ended)), { grant: asked.event.grant ?? "" }],
  "a grant's story that nobody signed yet": [recordOf([objectOf(chain)]), { grant: asked.event.grant ?? "" }],
  "a digest held that is here": [log.files, held(1)],
  "a digest held of another record": [
    digestsOf({}),
    { held: { hash: "c".repeat(64), statement: { ...(log.statements[0] as Statement), record: "another" } } },
  ],
  "a digest held where there is none": [new Map(), held(0)],
  "a digest held by another statement of its hour": [
    log.files,
    { held: { hash: "d".repeat(64), statement: { ...(log.statements[2] as Statement), madeAt: iso(0) } } },
  ],
  "an object that no digest lists, of a bucket": [log.files, stored(o1, START)],
  "an object that no digest lists, stored just now": [
    new Map([...log.files, extra]),
    stored(extra[0], START + 4 * HOUR),
  ],
  "an object that no digest lists, stored long ago": [
    new Map([...log.files, extra]),
    stored(extra[0], START),
  ],
  "calls of a day long covered, that no digest lists": [withFile("usage/dt=2026-11-18/a", "x")],
  "calls of a day long covered, which is allowed": [
    withFile("usage/dt=2026-11-18/a", "x"),
    { allowUncovered: true },
  ],
  "calls of the day before": [withFile("usage/dt=2026-11-20/a", "x")],
  "an event long after the last digest": [new Map([...recordOf([]), lateEvent(26 * HOUR)])],
};

/** Keys are made anew for each run. */
const ofThisRun = (text: string): string =>
  text
    .replace(/\bkey [A-Za-z0-9_-]{43}\b/g, "key (of this run)")
    .replace(/"[A-Za-z0-9_-]{43}"/g, '"(of this run)"');

/** What is told, a line each: enough to find the place, and what ought to be there. */
const lineOf = ({ code, severity, says, place, expected, found }: Finding): string =>
  [
    `  ${severity} ${code}: ${says}`,
    `    at ${JSON.stringify(place)}`,
    ...(expected === undefined ? [] : [`    expected ${expected}`]),
    ...(found === undefined ? [] : [`    found ${found}`]),
  ]
    .map(ofThisRun)
    .join("\n");

describe("I-49 what the verifier tells of each manipulation", () => {
  test("is what it told when somebody last read told.txt: code, place, what was expected and what was found", async () => {
    const told: string[] = [];
    for (const [name, [files, options]] of Object.entries(cases)) {
      const { findings, ...report } = await check(files, options);
      const { first: _first, ...about } = report;
      const lines = findings.slice(0, 6).map(lineOf);
      told.push([`${name}: ${ofThisRun(JSON.stringify(about))}`, ...lines].join("\n"));
    }
    await expect(`${told.join("\n\n")}\n`).toMatchFileSnapshot("./told.txt");
  });

  test("every finding has a sentence and a place that can be found", async () => {
    for (const [files, options] of Object.values(cases))
      for (const { says, place } of (await check(files, options)).findings) {
        expect(says).toMatch(/^[A-Z].*[.]$/s);
        if (place.key !== undefined) expect(typeof place.key).toBe("string");
      }
  });
});

describe("what was held elsewhere", () => {
  const [jws = ""] = log.jws;
  const [statement] = log.statements;
  const hash = statementHash(statement as Statement);
  const whole = { ok: true, held: { hash, statement } };
  test.each<[string, string, object]>([
    ["a hash", hash, { ok: true, held: { hash } }],
    ["a hash with its name, and space around it", ` sha256:${hash}\n`, { ok: true, held: { hash } }],
    ["a JWS", jws, whole],
    ["a mail with a JWS in it", `Hello,\n\n${jws}\n\nLatchkey`, whole],
    ["a mail that broke it into lines", `Hello,\n\n${jws.replace(/(.{70})/g, "$1=\r\n")}\n`, whole],
    ["a digest file", text(d1), whole],
    [
      "JSON of something else",
      '{"a":1}',
      { ok: false, why: "not_a_digest", says: "What was held elsewhere is no digest." },
    ],
    ["nothing", "", { ok: false, why: "not_a_digest" }],
    ["null", "null", { ok: false, why: "not_a_digest" }],
    ["a hash that is too short", hash.slice(1), { ok: false, why: "not_a_digest" }],
    ["a hash within something", `x${hash}`, { ok: false, why: "not_a_digest" }],
    [
      "a JWS that was changed",
      `${jws.slice(0, -4)}AAAA`,
      {
        ok: false,
        why: "not_a_digest",
        says: "What was held elsewhere is no digest, or its signature does not fit.",
      },
    ],
  ])("is read: %s", (_, given, read) => {
    expect(readHeld(given, [signer])).toMatchObject(read);
    if (!("ok" in read && read.ok)) expect(readHeld(given, [signer])).not.toHaveProperty("held");
  });

  test("names the key that was not given", () => {
    expect(readHeld(jws, [newSigner()])).toEqual({
      ok: false,
      why: "unknown_key",
      says: `What was held elsewhere is signed by key ${signer.kid}, which was not given.`,
    });
  });
});

describe("progress", () => {
  test("is told of each thousand files, each digest and each object, up to all of them", async () => {
    const seen: Progress[] = [];
    await check(log.files, { onProgress: (at) => void seen.push(at) });
    const of = (phase: Progress["phase"]) => seen.filter((each) => each.phase === phase);
    expect(of("digests").map(({ done, total }) => [done, total])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    expect(of("listing")).toEqual([]);
    const strange = Array.from({ length: 2_001 }, (_, index) => ({ key: `other/${index}`, bytes: 0 }));
    const listed: Progress[] = [];
    const source = { list: () => strange, read: async () => "missing" as const };
    await check(new Map(), { source, onProgress: (at) => void listed.push(at) });
    const none = { bytes: 0, totalBytes: 0, events: 0 };
    expect(listed.filter(({ phase }) => phase === "listing")).toEqual([
      { phase: "listing", done: 1_000, total: 1_000, ...none },
      { phase: "listing", done: 2_000, total: 2_000, ...none },
    ]);
    expect(names.length).toBeLessThan(1_000);
  });
});

describe("the story of a grant", () => {
  const event = (type: string, facts: AuditEvent["facts"]): AuditEvent =>
    ({ ...asked.event, type, facts }) as AuditEvent;
  test.each<[string, AuditEvent["facts"], string]>([
    ["grant.requested", {}, "asked to use something:"],
    [
      "grant.requested",
      {
        ...{ access: "read", resource: "claims", scope: "2026/", windowSeconds: 600, purpose: "why" },
        ...{ startsAt: AT, status: "PENDING", code: "needs_people" },
      },
      `asked to read claims within 2026/ for 10 minutes from ${AT}: "why". People were to decide (needs_people)`,
    ],
    ["grant.requested", { status: "ACTIVE" }, "asked to use something:"],
    ["grant.requested", { status: "DENIED" }, "asked to use something:. Policy said no"],
    ["grant.stage_approved", {}, "approved stage ? for their group"],
    [
      "grant.stage_approved",
      { stage: 1, group: "privacy", reason: "ok" },
      'approved stage 1 for privacy "ok"',
    ],
    ["grant.approved", {}, "approved stage ? for their group, and with it the grant"],
    ["grant.approved", { stage: 2, group: "owners" }, "approved stage 2 for owners, and with it the grant"],
    ["grant.rejected", { code: "no", reason: "not now" }, 'rejected it (no) "not now"'],
    ["grant.attempt_claimed", {}, "claimed attempt ? to mint, for ? to ?"],
    [
      "grant.attempt_claimed",
      { attempt: 2, startsAt: AT, endsAt: AT },
      `claimed attempt 2 to mint, for ${AT} to ${AT}`,
    ],
    ["grant.activated", {}, "minted session ? of role ?: access was possible from here on"],
    ["grant.rotated", { sessionName: "lk.a.b.2" }, "minted session lk.a.b.2 in place of the one before"],
    ["grant.revoking", {}, "stopped it: its sessions were being denied"],
    ["grant.revoked", { proof: "expired" }, "confirmed that its sessions are refused (the window was over)"],
    [
      "grant.revoked",
      { proof: "probed", latencyMs: 12 },
      "confirmed that its sessions are refused (proved by refused calls, 12 ms after the stop)",
    ],
    ["session.collected", {}, "session.collected"],
  ])("tells %s with %o", (type, facts, sentence) => {
    expect(storyOf([event(type, facts)])).toEqual([`${asked.event.time}  broker (broker) ${sentence}`]);
  });
});

test("a log of another shape is whole with every kind of progress", async () => {
  const { files } = await makeLog({ seed: 21, hours: 2, grants: 3 });
  const phases = new Set<string>();
  expect((await check(files, { onProgress: ({ phase }) => void phases.add(phase) })).verdict).toBe("whole");
  expect(phases).toContain("objects");
});
