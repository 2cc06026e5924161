import { describe, expect, test } from "vitest";
import { type GrantUse, importedSince, useOf } from "../../../../client/learn/usage/grant-use.ts";
import { catalogueOf } from "../../../../client/learn/usage/place.ts";
import type { Story } from "../../../../client/learn/usage/story.ts";
import { examplePolicy } from "../../../fakes/example-policy.ts";
import { DAY, got, grantOf, listed, START, storyOf } from "./made.ts";

const { catalogue } = examplePolicy();
const used = storyOf(grantOf(), [got("eval/a/1.jsonl")]);

/** How a story is judged among others, of which one is long before; `newest` in days after the start. */
function judged(
  story: Story,
  { others = [used], newest = 1 }: { others?: Story[]; newest?: number } = {},
): GrantUse {
  const all = [story, ...others];
  const { resources } = catalogueOf(
    catalogue,
    all.map(({ grant }) => grant),
  );
  const of = (id: string) => resources.find((each) => each.id === id);
  const imported = importedSince(all, (id) => of(id)?.kind);
  return useOf(story, { resource: of(story.grant.resource), imported, newest: START + newest * DAY });
}

describe("a grant was never used", () => {
  const later = grantOf({ startsAt: START + DAY / 2 });

  test("where nobody collected its session, whatever CloudTrail tells", () => {
    const { collectedAt: _, ...story } = storyOf(later, []);
    expect(judged(story, { others: [] }).verdict).toBe("never_collected");
  });

  test("where calls of its kind are on record before and since, and none is its own", () => {
    expect(judged(storyOf(later, []))).toMatchObject({ verdict: "never_called", uses: 0 });
  });

  test.each([
    ["not_imported", { others: [] }],
    [
      "not_imported",
      {
        others: [
          storyOf(grantOf({ resource: "prompt-library" }), [
            { service: "dynamodb", action: "GetItem", seconds: 9 },
          ]),
        ],
      },
    ],
    [
      "not_imported",
      { others: [storyOf(grantOf(), [{ service: "s3", action: "CreateBucket", seconds: 9 }])] },
    ],
    ["not_yet_imported", { others: [storyOf(grantOf({ startsAt: START + 0.8 * DAY }), [got("eval/a")])] }],
    ["too_young", { newest: 0.52 }],
  ] as const)("and cannot be told: %s", (doubt, among) => {
    expect(judged(storyOf(later, []), among as Parameters<typeof judged>[1])).toMatchObject({
      verdict: "cannot_tell",
      doubt,
    });
  });

  test("where all its calls were refused: a refusal is no use", () => {
    const story = storyOf(later, [got("eval/b", 60, { error: "AccessDenied" })]);
    expect(judged(story)).toMatchObject({ verdict: "only_refused", uses: 0, refused: 1 });
  });

  test("where no masked row was read, or no permit redeemed", () => {
    expect(judged(storyOf(grantOf({ resource: "claims", masked: true }), [])).verdict).toBe("never_read");
    const action = grantOf({ resource: "send-mass-mail", access: "perform" });
    expect(judged(storyOf(action, [])).verdict).toBe("never_redeemed");
    expect(judged(storyOf(action, [], { redeemedAt: START + 9_000 }))).toMatchObject({
      verdict: "used",
      uses: 1,
    });
  });

  test("not where a call was answered that there is no such thing: only who may look is told so", () => {
    expect(judged(storyOf(later, [got("eval/b", 60, { error: "NoSuchKey" })])).verdict).toBe("used");
  });
});

describe("a grant was used for less", () => {
  test("than its window: from its start to the last call, whose second CloudTrail cuts off", () => {
    const story = storyOf(grantOf(), [got("eval/a/1", 60), got("eval/b/2", 179)]);
    expect(judged(story)).toMatchObject({ usedMs: 180_000, usedShare: 0.1 });
  });

  test.each([
    ["one key", [got("eval/a/1.jsonl")], { keys: ["a/1.jsonl"] }],
    [
      "one folder, with its listing",
      [got("eval/a/b/1"), got("eval/a/b/2"), listed("eval/a/")],
      { prefix: "a/" },
    ],
    ["names that only begin alike", [got("eval/ab1"), got("eval/ab2"), listed("eval/ab")], undefined],
    ["a listing that does not tell of what", [got("eval/a/1"), listed(undefined)], undefined],
    ["a listing of the whole", [got("eval/a/1"), listed("eval/")], undefined],
    [
      "a copy, of which the source is not told",
      [got("eval/a/1"), got("eval/a/2", 9, { action: "CopyObject" })],
      undefined,
    ],
    ["another bucket", [got("eval/a/1", 9, { bucket: "elsewhere" })], undefined],
  ])("than the whole: %s", (_what, calls, part) => {
    expect(judged(storyOf(grantOf(), calls)).part).toEqual(part);
  });

  test.each([
    ["the same prefix", { prefix: "a/" }, undefined],
    ["a longer one", { prefix: "a" }, { prefix: "a/" }],
    ["some of its keys", { keys: ["a/1", "a/2", "a/3"] }, { keys: ["a/1", "a/2"] }],
    ["all of its keys", { keys: ["a/1", "a/2"] }, undefined],
  ])("than its own scope, never for more: %s", (_what, scope, part) => {
    const calls =
      part && "prefix" in part ? [got("eval/a/1"), listed("eval/a/")] : [got("eval/a/1"), got("eval/a/2")];
    const prefix = "prefix" in scope && scope.prefix === "a/" ? [listed("eval/a/"), ...calls] : calls;
    expect(judged(storyOf(grantOf({ scope }), prefix)).part).toEqual(part);
  });

  test.each([
    [
      "dynamodb: no key is on record, only the table",
      "prompt-library",
      [
        {
          service: "dynamodb",
          action: "Query",
          seconds: 9,
          resourceArn: "arn:aws:dynamodb:eu-west-1:111122223333:table/latchkey-example-prompts",
        },
      ],
      undefined,
    ],
    [
      "parameters by name",
      "run-settings",
      [
        {
          service: "ssm",
          action: "GetParameter",
          seconds: 9,
          resourceArn: "arn:aws:ssm:eu-west-1:111122223333:parameter/latchkey-example-runs/rate",
        },
      ],
      { names: ["rate"] },
    ],
    [
      "several parameters, of which the row keeps one",
      "run-settings",
      [
        {
          service: "ssm",
          action: "GetParameters",
          seconds: 9,
          resourceArn: "arn:aws:ssm:eu-west-1:111122223333:parameter/latchkey-example-runs/rate",
        },
      ],
      undefined,
    ],
  ])("of other kinds as far as rows tell: %s", (_what, resource, calls, part) => {
    expect(judged(storyOf(grantOf({ resource }), calls)).part).toEqual(part);
  });

  test("a Glue table by the partitions that queries read, beside calls of Athena that name none", () => {
    const bucket = "latchkey-example-warehouse-111122223333";
    const story = storyOf(
      grantOf({ resource: "claims-by-month" }),
      [
        {
          service: "athena",
          action: "StartQueryExecution",
          seconds: 5,
          resourceArn: "arn:aws:athena:eu-west-1:111122223333:workgroup/northwind-agents",
        },
        { service: "athena", action: "GetQueryResults", seconds: 9 },
        got("claims_by_month/month=2026-05/a.parquet", 7, { bucket }),
        listed("claims_by_month/month=2026-05/", 6),
      ].map((call) => ("key" in call || call.action === "ListObjects" ? { ...call, bucket } : call)),
    );
    expect(judged(story).part).toEqual({ partitions: ["month=2026-05"] });
  });

  test("than its access: asked to write, and only read; asked to read, and only listed", () => {
    const write = grantOf({ resource: "training-manifests", access: "write" });
    expect(judged(storyOf(write, [got("manifests/a")])).fewer).toBe("read");
    expect(
      judged(storyOf(write, [got("manifests/a"), got("manifests/b", 9, { action: "PutObject" })])).fewer,
    ).toBeUndefined();
    expect(judged(storyOf(grantOf(), [listed("eval/")])).fewer).toBe("list");
    expect(judged(storyOf(grantOf(), [listed("eval/"), got("eval/a")])).fewer).toBeUndefined();
  });

  test("than the columns, where each page of masked rows named them", () => {
    const claims = grantOf({ resource: "claims", masked: true });
    const read = (columns?: string[]) => ({ at: START + 9_000, rows: 5, ...(columns ? { columns } : {}) });
    expect(judged(storyOf(claims, [], { reads: [read(["status"]), read(["amount"])] })).columns).toEqual([
      "amount",
      "status",
    ]);
    expect(judged(storyOf(claims, [], { reads: [read(["status"]), read()] })).columns).toBeUndefined();
  });
});

test("a grant that was stopped, and one that was refused at its end, say nothing of how long was needed", () => {
  expect(judged(storyOf(grantOf({ stopped: "red_flag" }), [got("eval/a", 9)])).stopped).toBe(true);
  expect(judged(storyOf(grantOf({ stopped: "released" }), [got("eval/a", 9)])).stopped).toBe(false);
  const late = storyOf(grantOf(), [got("eval/a", 9), got("eval/a", 1_801, { error: "AccessDenied" })]);
  expect(judged(late).wantedMore).toBe(true);
  expect(judged(storyOf(grantOf(), [got("eval/a", 9, { error: "AccessDenied" })])).wantedMore).toBe(false);
});
