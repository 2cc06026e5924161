import { describe, expect, test } from "vitest";
import type { SealedEvent } from "../../../../functions/core/audit/event.ts";
import { loose } from "../../../functions/export-audit/fixtures.ts";
import { check, START } from "./log.ts";
import { GRANT as grant, headAt, life, objectOf, recordOf, step } from "./tamper.ts";

const { asked, claimed, active, ended } = life;
const all = Object.values(life);

describe("I-48 chains", () => {
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
      signedIn: new Date(START).toISOString(),
    });
    expect((await check(files, { grant: "aaaaaaaaaaaaaaaa" })).first?.code).toBe("grant_not_here");
  });
});

describe("many findings", () => {
  test("are counted, and the first that shows tampering is told although doubts came before it", async () => {
    const strange = (index: number) => ({
      key: `events/dt=2026-11-21/${index}`,
      bytes: 0,
      odd: "a symbolic link",
    });
    const list = () => [
      ...Array.from({ length: 300 }, (_, index) => strange(index)),
      { key: "digests/other", bytes: 0 },
    ];
    const report = await check(new Map(), { source: { list, read: async () => "missing" } });
    expect(report).toMatchObject({
      verdict: "tampered",
      first: { code: "digest_misplaced" },
      counts: { cannot_tell: 301 },
    });
    expect(report.findings).toHaveLength(201);
  });
});
