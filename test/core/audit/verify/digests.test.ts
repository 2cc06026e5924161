import { describe, expect, test } from "vitest";
import { digestFile, type Statement, statementHash } from "../../../../functions/core/audit/digest.ts";
import { chainEventId } from "../../../../functions/core/audit/event.ts";
import { canonicalJson } from "../../../../functions/core/canonical.ts";
import { loose } from "../../../functions/export-audit/fixtures.ts";
import { check, listed, newSigner, START, signed, signer } from "./log.ts";
import { digests, get, log, names, objectOf, objects, other, text, withFile, without } from "./tamper.ts";

describe("I-50 digests", () => {
  const [d1 = "", d2 = "", d3 = ""] = digests;

  test("an hour that is dropped is named (A-36)", async () => {
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

  test("a delete marker and a second content of one key are named (A-35)", async () => {
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
