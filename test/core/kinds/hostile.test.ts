import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accessNames, type KindName, kindNames } from "../../../functions/core/kinds/names.ts";
import { type Ask, askProblem, offersAccess, parseScope } from "../../../functions/core/kinds/registry.ts";
import { compileSessionPolicy } from "../../../functions/core/session-policy.ts";
import { anyCharacter } from "../../fakes/any-character.ts";
import { type Call, evaluate, type PolicyDocument } from "./evaluate.ts";
import { OWN_GRANT } from "./matrix/kit.ts";
import { ENDS_AT, never, probes } from "./probes.cases.ts";

// Text made of what hurts: IAM's wildcards and variables, JSON's and policies' own words, path tricks, Unicode of every
// kind, and plain letters, so that some of it is accepted.
const bits = fc.oneof(
  { weight: 14, arbitrary: fc.constantFrom("a", "2026", "/", ".", "-", "_", "1", "month=", "GET /", "c1") },
  { weight: 2, arbitrary: fc.constantFrom("#", " ", "=", ":", "@", ",", "'", "(", "..", "../", "//") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...[
        "*",
        "?",
        "$",
        ["$", "{aws:userid}"].join(""),
        "{grant}",
        "{account}",
        "{",
        "}",
        "%2e",
        "%2f",
        "\\",
      ],
      ...[
        '"',
        '","',
        '"]}',
        '"Effect":"Allow"',
        "arn:aws:s3:::*",
        "NotAction",
        "\u0000",
        "\n",
        "\r",
        "\u2028",
      ],
      ...["\uff0a", "\u202e", "\u200b", "\ufeff", "\ud800", "é", "e\u0301"],
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: anyCharacter, minLength: 1, maxLength: 2 }) },
);
const hostile = fc.array(bits, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));
const mild = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
const several = fc.array(fc.oneof(hostile, mild), { minLength: 1, maxLength: 3 });
const version = fc.oneof(
  fc.integer({ min: 1, max: 99 }).map(String),
  fc.integer({ min: 1, max: 99 }).map(String),
  hostile,
);
const beginning = (prefix: string) =>
  fc.oneof(
    mild.map((text) => `${prefix}${text}`),
    hostile,
    hostile.map((text) => `${prefix}${text}`),
  );
const listOf = (prefix: string) => fc.array(beginning(prefix), { minLength: 1, maxLength: 3 });

/** A scope as an attacker would write it: the right members, and any text in them. */
const scopes: Record<KindName, fc.Arbitrary<unknown>> = {
  "s3-prefix": fc.oneof(fc.record({ prefix: hostile }), fc.record({ keys: several })),
  "dynamodb-table": fc.oneof(
    fc.record({ index: fc.oneof(fc.constant("by-plan"), hostile) }),
    fc.record({ leadingKeys: several }),
    fc.record({ attributes: several }),
    fc.record({ index: fc.constant("by-plan"), leadingKeys: several, attributes: several }),
  ),
  "glue-table": fc.record({ partitions: listOf("month=") }),
  "bedrock-model": fc.record({ models: several }),
  "bedrock-prompt": fc.record({
    versions: fc.array(version, { minLength: 1, maxLength: 2 }),
  }),
  "bedrock-knowledge-base": fc.record({ filter: hostile }),
  "s3-vectors-index": fc.record({ keys: several }),
  secret: fc.record({ versionStage: hostile }),
  parameter: fc.record({ names: several }),
  "http-api": fc.record({ routes: listOf("GET /") }),
};

/** Whole resources of each kind, as the matrix has them. */
const wholes = probes.filter(({ ask }) => ask.scope === undefined);
const policyOf = (ask: Ask): PolicyDocument | undefined => {
  const made = compileSessionPolicy(ask, { endsAt: ENDS_AT, grantId: OWN_GRANT });
  return made.ok ? JSON.parse(made.policy) : undefined;
};
const IN_TIME = { "aws:CurrentTime": "2026-11-21T09:00:00Z" };

// Calls that the matrix knows, at their own resources and at ones that a hostile end was added to.
const calls = probes.flatMap(({ allowed, refused }) => [...allowed, ...refused]).concat(never);
const call = fc.tuple(fc.constantFrom(...calls), fc.oneof(fc.constant(""), hostile)).map(
  ([each, end]): Call => ({
    ...each,
    resource: Array.isArray(each.resource) ? each.resource : `${each.resource}${end}`,
    context: { ...each.context, ...IN_TIME },
  }),
);

/** The kinds that have parts; what is named of the others is always refused. */
const PARTED = [
  "s3-prefix",
  "dynamodb-table",
  "glue-table",
  "bedrock-prompt",
  "parameter",
  "http-api",
] as const;
const asked = fc
  .constantFrom(...PARTED)
  .chain((kind) => fc.constantFrom(...wholes.filter(({ ask }) => ask.kind === kind)))
  .chain(({ ask }) => fc.record({ whole: fc.constant(ask), scope: scopes[ask.kind] }));

describe("a hostile scope value", () => {
  it("widens nothing: what a part may do, the whole may do (I-03)", () => {
    const taken = new Map<string, number>();
    fc.assert(
      fc.property(asked, fc.array(call, { minLength: 6, maxLength: 6 }), ({ whole, scope }, tries) => {
        const parsed = parseScope(whole.kind, scope);
        if (!parsed.success) return;
        const ask = { ...whole, scope: parsed.data };
        const policy = askProblem(ask) ? undefined : policyOf(ask);
        if (!policy) return;
        taken.set(whole.kind, (taken.get(whole.kind) ?? 0) + 1);
        const widest = policyOf(whole) as PolicyDocument;
        for (const each of tries)
          if (evaluate(policy, each) === "allow")
            expect(evaluate(widest, each), JSON.stringify(each)).toBe("allow");
      }),
      { numRuns: 1_200 },
    );
    // Otherwise the property says little.
    for (const kind of PARTED) expect(taken.get(kind) ?? 0, kind).toBeGreaterThan(20);
  });

  it("stays literal when it is accepted: no wildcard, no variable, no placeholder, plain ASCII (A-20)", () => {
    const whole = fc.constantFrom(...kindNames).chain((kind) => fc.tuple(fc.constant(kind), scopes[kind]));
    fc.assert(
      fc.property(whole, ([kind, scope]) => {
        const parsed = parseScope(kind, scope);
        if (!parsed.success) return;
        for (const value of Object.values(parsed.data).flat()) {
          expect(value).toMatch(/^[\x20-\x7e]+$/);
          expect(value).not.toMatch(/[*?$\\"{}%]/);
        }
      }),
      { numRuns: 1_200 },
    );
  });

  it("has exactly the statements that a plain value has, whatever it is (I-05)", () => {
    const shape = (ask: Ask) =>
      policyOf(ask)?.Statement.map((statement) => [
        Object.keys(statement),
        Object.keys(statement.Condition ?? {}),
      ]);
    const plain = { kind: "s3-prefix", arn: "arn:aws:s3:::data/claims/*", access: "read" } as const;
    fc.assert(
      fc.property(hostile, (prefix) => {
        const parsed = parseScope("s3-prefix", { prefix });
        if (!parsed.success) return;
        const made = shape({ ...plain, scope: parsed.data });
        if (made) expect(made).toEqual(shape({ ...plain, scope: { prefix: "a" } }));
      }),
    );
  });

  it("is tried for every access that a kind offers", () => {
    const offered = kindNames.flatMap((kind) =>
      accessNames.filter((access) => offersAccess(kind, access)).map((access) => `${kind} ${access}`),
    );
    expect(new Set(wholes.map(({ ask }) => `${ask.kind} ${ask.access}`))).toEqual(new Set(offered));
  });
});
