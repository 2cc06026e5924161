import { describe, expect, test } from "vitest";
import { sealAsIs } from "../../../fakes/events.ts";
import { loose } from "../../../functions/export-audit/fixtures.ts";
import { check, makeLog, START } from "./log.ts";
import {
  covered,
  digests,
  get,
  log,
  names,
  objectOf,
  objects,
  one,
  other,
  withFile,
  without,
} from "./tamper.ts";

describe("I-49 files of the record", () => {
  test.each(names)("%s is missed when it is gone, if it was signed", async (name) => {
    const { verdict, first } = await check(without(name));
    // The event of the last digest is newer than any: nothing can miss it yet.
    if (name.startsWith("events/") && !covered.has(name)) return expect(verdict).toBe("whole");
    // The last digest may have been signed while the copy was made: doubt, and named.
    const isLast = name === digests.at(-1);
    expect(verdict).toBe(isLast ? "cannot_tell" : "tampered");
    if (name.startsWith("events/")) expect(first).toMatchObject({ place: { key: name } });
    else expect(first?.code).toBe(isLast ? "digest_not_here_yet" : "digest_gap");
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
    const changed = sealAsIs({ ...before.event, facts: { ...before.event.facts, count: 99 } });
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

test("I-49 of an object that no digest lists yet, every changed byte is found by its name, also where it reads as another format", async () => {
  const made = await makeLog({
    seed: 7,
    quietHour: 1,
    grants: 2,
    loose: 1,
    silent: true,
    windowMs: 3_000_000,
  });
  const signed = [...made.files.keys()].filter((name) => name.startsWith("digests/")).sort();
  const unsigned = new Map(made.files);
  unsigned.delete(signed.at(-1) ?? "");
  const before = await check(unsigned);
  expect(before.verdict).not.toBe("tampered");
  const [newest = ""] = [...unsigned.keys()].filter((name) => name.startsWith("events/")).reverse();
  const bytes = unsigned.get(newest) ?? new Uint8Array();
  for (let at = 0; at < bytes.length; at += 97) {
    const changed = Uint8Array.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    const { verdict, first } = await check(new Map(unsigned).set(newest, changed));
    expect([at, verdict, first?.place.key]).toEqual([at, "tampered", newest]);
  }
});
