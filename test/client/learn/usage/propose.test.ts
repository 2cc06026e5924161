import { describe, expect, test } from "vitest";
import { type Proposal, proposalsFor, windowFor } from "../../../../client/learn/usage/propose.ts";
import type { Story } from "../../../../client/learn/usage/story.ts";
import { DAY, got, grantOf, judgedAll, listed, START, storyOf, type Told } from "./made.ts";

function proposed(stories: readonly Story[], least = { grants: 10, days: 14 }): Proposal[] {
  const { groups, resources } = judgedAll(stories);
  return proposalsFor(groups, resources, least);
}

type Calls = Parameters<typeof storyOf>[1];
/** As many grants, two days apart, each with its calls. */
const days = (count: number, callsOf: (index: number) => Calls, told: Told = {}): Story[] =>
  Array.from({ length: count }, (_, index) =>
    storyOf(grantOf({ startsAt: START + index * 2 * DAY, ...told }), callsOf(index)),
  );
const short = (found: readonly Proposal[]) => found.map(({ evidence: _, ...each }) => each);
const inFolder = (index: number) => [got(`eval/suites/${index}.jsonl`), listed("eval/suites/")];

describe("a narrower scope", () => {
  test("is the folder that holds every call, with how much it rests on", () => {
    const [found, ...others] = proposed(days(12, inFolder));
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      ...{ narrows: "scope", agent: "eval-runner", resource: "eval-sets", access: "read" },
      ...{ scope: { prefix: "suites/" }, evidence: { grants: 12, days: 22, uses: 24 } },
      notes: ["Nobody else was seen to use anything outside of it."],
    });
  });

  test("is of single keys where the same ones come again and again, and not where each day has its own", () => {
    const same = days(12, () => [got("eval/suites/base.jsonl")]);
    expect(proposed(same)).toMatchObject([{ scope: { keys: ["suites/base.jsonl"] } }]);
    const few = days(12, (index) => [got(`eval/suites/${index % 5}.jsonl`)]);
    expect(proposed(few)).toMatchObject([{ scope: { prefix: "suites/" } }]);
  });

  test("says where others use the rest, and where a date is in its name", () => {
    const others = days(3, () => [got("eval/other/1")], { agent: "rag-indexer" });
    expect(proposed([...days(12, inFolder), ...others])).toMatchObject([
      { notes: ["Others use the rest, so the resource itself cannot be narrowed to it."] },
    ]);
    const dated = proposed(days(12, (index) => [got(`eval/2026/${index}`)]));
    expect(dated[0]?.notes[1]).toMatch(/holds a date/);
  });

  test.each<[string, Story[]]>([
    ["fewer grants than ten", days(9, inFolder)],
    [
      "fewer days than fourteen",
      days(12, inFolder).map((story) => ({ ...story, grant: { ...story.grant, moves: grantOf().moves } })),
    ],
    ["a call somewhere else", [...days(12, inFolder), ...days(1, () => [got("eval/base/1")])]],
    ["a listing of no known prefix", days(12, (index) => [got(`eval/suites/${index}`), listed(undefined)])],
    [
      "a call of which IAM asked what the row does not tell",
      [...days(12, inFolder), ...days(1, () => [got("eval/suites/1", 9, { action: "CopyObject" })])],
    ],
    ["grants that were never used", days(12, () => [])],
    ["calls that were all refused", days(12, () => [got("eval/suites/1", 9, { error: "AccessDenied" })])],
    ["grants that were stopped", days(12, inFolder, { stopped: "red_flag" })],
    [
      "masked reads, which name no object",
      days(12, () => [], { resource: "claims", masked: true }).map((story) => ({
        ...story,
        reads: [{ at: START, rows: 1 }],
      })),
    ],
    ["an agent that asks for that part already", days(12, inFolder, { scope: { prefix: "suites/" } })],
    [
      "a resource that had another ARN then",
      days(12, inFolder, { resourceArn: "arn:aws:s3:::elsewhere/eval/*" }),
    ],
    ["a resource that is not in the catalogue any more", days(12, inFolder, { resource: "gone" })],
    ["a folder whose name nobody can ask for", days(12, (index) => [got(`eval/100%/${index}`)])],
  ])("is not proposed for %s", (_what, stories) => {
    expect(short(proposed(stories)).filter(({ narrows }) => narrows === "scope")).toEqual([]);
  });
});

describe("a shorter window", () => {
  const early = (index: number) => [got(`eval/${index % 2 ? "a" : "b"}/${index}`, 100 + index)];

  test("is the smallest usual one that the longest use fits in with room, for the resource where all could do with it", () => {
    expect(short(proposed(days(12, early)))).toEqual([
      {
        ...{
          narrows: "window",
          resource: "eval-sets",
          windowSeconds: 300,
          neededMs: 112_000,
          askedSeconds: 1_800,
        },
        notes: [],
      },
    ]);
  });

  test("is for the agent where others use the resource for longer", () => {
    const others = days(12, (index) => [got(`eval/${index % 2 ? "a" : "b"}/${index}`, 1_700)], {
      agent: "rag-indexer",
    });
    expect(short(proposed([...days(12, early), ...others]))).toMatchObject([
      {
        narrows: "window",
        agent: "eval-runner",
        windowSeconds: 300,
        notes: [expect.stringMatching(/^Others/)],
      },
    ]);
  });

  test.each<[string, Story[]]>([
    ["an agent that asks for no more", days(12, early, { windowSeconds: 300 })],
    ["one grant that needed it all", [...days(12, early), ...days(1, () => [got("eval/a/x", 1_790)])]],
    [
      "one that was refused at its end: it wanted more",
      [...days(12, early), ...days(1, () => [got("eval/a/x", 1_800, { error: "AccessDenied" })])],
    ],
    [
      "one that was stopped after as long",
      [...days(12, early), ...days(1, () => [got("eval/a/x", 1_500)], { stopped: "revoked" })],
    ],
    ["too few grants", days(9, early)],
  ])("is not proposed for %s", (_what, stories) => {
    expect(short(proposed(stories)).filter(({ narrows }) => narrows === "window")).toEqual([]);
  });

  test.each([
    [0, 60],
    [30_000, 60],
    [30_001, 300],
    [240_000, 300],
    [240_001, 900],
    [34_560_000, 43_200],
    [34_560_001, undefined],
  ])("for a use of %d ms is %d s: a quarter more, and at least half a minute", (ms, seconds) => {
    expect(windowFor(ms)).toBe(seconds);
  });
});

describe("a smaller access", () => {
  const write = { resource: "training-manifests", access: "write" };
  const reads = (index: number) => [got(`manifests/${index % 2 ? "a" : "b"}/x`)];

  test("is for everybody where nobody needs more, and for the agent where others do", () => {
    expect(short(proposed(days(12, reads, write)))).toContainEqual({
      ...{ narrows: "access", resource: "training-manifests", access: "write", to: "read", notes: [] },
    });
    const writers = days(3, () => [got("manifests/a/x", 9, { action: "PutObject" })], {
      ...write,
      agent: "rag-indexer",
    });
    expect(short(proposed([...days(12, reads, write), ...writers]))).toMatchObject([
      { narrows: "access", agent: "eval-runner", to: "read", notes: [expect.stringMatching(/^Others/)] },
    ]);
  });

  test("is not proposed where one call wrote, or on too little", () => {
    const one = days(1, () => [got("manifests/a/x", 1_700, { action: "PutObject" })], write);
    const found = [...proposed([...days(12, reads, write), ...one]), ...proposed(days(9, reads, write))];
    expect(found.filter(({ narrows }) => narrows === "access")).toEqual([]);
  });
});
