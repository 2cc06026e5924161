import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accessNames, kindNames } from "../../../functions/core/kinds/names.ts";
import {
  askProblem,
  ceilingOf,
  describeAsk,
  fitsKind,
  offersAccess,
  parseScope,
  parseSettings,
  statementsOf,
  withGrant,
} from "../../../functions/core/kinds/registry.ts";
import { matches } from "./evaluate.ts";
import { matrices } from "./matrix/all.ts";
import { OWN_GRANT } from "./matrix/kit.ts";
import { compiled, DYNAMO, S3, TABLE } from "./statements.cases.ts";

const named = compiled.map((row) => ({
  ...row,
  name: `${row.ask.access} ${JSON.stringify(row.ask.scope ?? "all")} ${JSON.stringify(row.ask.settings ?? {})}`,
}));

describe("what an ask compiles to", () => {
  it.each(named)("$ask.kind: $name, to the letter", ({ ask, statements }) => {
    expect(parseSettings(ask.kind, ask.settings).success).toBe(true);
    expect(statementsOf(ask)).toEqual(statements);
  });

  it.each(named)("$ask.kind: $name, in words for the approver (I-19)", ({ ask, lines }) => {
    expect(describeAsk(ask)).toEqual(lines);
  });

  it("has a case for every access of every kind", () => {
    const offered = kindNames.flatMap((kind) =>
      accessNames.filter((access) => offersAccess(kind, access)).map((access) => `${kind} ${access}`),
    );
    expect([...new Set(compiled.map(({ ask }) => `${ask.kind} ${ask.access}`))].sort()).toEqual(
      offered.sort(),
    );
  });

  it("is nothing at all for an access that the kind does not offer", () => {
    for (const { ask } of compiled)
      for (const access of accessNames.filter((each) => !offersAccess(ask.kind, each)))
        expect(statementsOf({ ...ask, access, scope: undefined })).toEqual([]);
    expect(offersAccess("dynamodb-table", "list")).toBe(false);
  });

  it("never exceeds what the access role may do, in actions and resources (I-03)", () => {
    for (const { ask } of compiled) {
      const ceiling = ceilingOf(ask.kind, ask, [ask.access]);
      for (const { Action, Resource } of withGrant(statementsOf(ask), OWN_GRANT))
        for (const action of Action)
          for (const resource of Resource)
            expect(
              ceiling.some(
                (top) =>
                  top.Action.includes(action) && top.Resource.some((pattern) => matches(pattern, resource)),
              ),
              `${action} on ${resource}`,
            ).toBe(true);
    }
  });

  it("keeps no place for a grant's id in what an access role may do", () => {
    for (const { ask } of compiled)
      expect(JSON.stringify(ceilingOf(ask.kind, ask, [ask.access]))).not.toContain("{grant}");
  });
});

describe("an ARN of the catalogue", () => {
  it.each([
    ["s3-prefix", S3.arn],
    ["s3-prefix", "arn:aws:s3:::latchkey-{account}/a/b/*"],
    ["dynamodb-table", TABLE],
    ["dynamodb-table", "arn:aws:dynamodb:{region}:{account}:table/customers"],
    ...kindNames.flatMap((kind) => matrices[kind].fits.map((arn) => [kind, arn] as const)),
  ] as const)("of %s fits: %s", (kind, arn) => expect(fitsKind(kind, arn)).toBe(true));

  it.each([
    ["s3-prefix", "arn:aws:s3:::data"],
    ["s3-prefix", "arn:aws:s3:::data/claims"],
    ["s3-prefix", "arn:aws:s3:::*/claims/*"],
    ["s3-prefix", "arn:aws:s3:::data/cl*ms/*"],
    ["s3-prefix", `${TABLE}`],
    ["dynamodb-table", "arn:aws:dynamodb:eu-west-1:000000000000:table/*"],
    ["dynamodb-table", `${TABLE}/index/by-email`],
    ["dynamodb-table", S3.arn],
    ...kindNames.flatMap((kind) => matrices[kind].misfits.map((arn) => [kind, arn] as const)),
  ] as const)("of %s does not fit: %s", (kind, arn) => expect(fitsKind(kind, arn)).toBe(false));
});

describe("a scope that is well-formed and not of this resource", () => {
  const indexed = { ...DYNAMO, settings: { indexes: ["by-plan"] } };
  const one = { kind: "parameter", arn: "arn:aws:ssm:eu-west-1:000000000000:parameter/a" } as const;
  it.each([
    [{ ...indexed, access: "read" as const, scope: { index: "by-plan" } }, undefined],
    [{ ...indexed, access: "read" as const }, undefined],
    [
      { ...indexed, access: "read" as const, scope: { index: "by-email" } },
      { part: "index", problem: "is not an index of this resource" },
    ],
    [
      { ...indexed, access: "write" as const, scope: { index: "by-plan" } },
      { part: "index", problem: "an index is only read" },
    ],
    [
      { ...one, access: "read" as const, scope: { names: ["b"] } },
      { part: "names", problem: "the resource is one parameter already" },
    ],
  ])("%j: %j", (ask, problem) => expect(askProblem(ask)).toEqual(problem));
});

describe("settings of a resource", () => {
  it.each([
    ["s3-prefix", { kmsKey: "alias/mine" }, "kmsKey"],
    ["s3-prefix", { kmsKey: "arn:aws:kms:eu-west-1:000000000000:alias/mine" }, "kmsKey"],
    ["s3-prefix", { kmsKey: "arn:aws:kms:eu-west-1:000000000000:key/*" }, "kmsKey"],
    ["s3-prefix", { key: "x" }, undefined],
    ["glue-table", {}, "location"],
    [
      "glue-table",
      { location: "arn:aws:s3:::bucket/*", workgroup: "w", results: "arn:aws:s3:::bucket/r/*" },
      "location",
    ],
    [
      "glue-table",
      { location: "arn:aws:s3:::bucket/d/*", workgroup: "w*", results: "arn:aws:s3:::bucket/r/*" },
      "workgroup",
    ],
    ["bedrock-model", { models: ["arn:aws:bedrock:*::foundation-model/a"] }, "models"],
    ["bedrock-model", { models: [] }, "models"],
    ["dynamodb-table", { indexes: ["*"] }, "indexes"],
    ["secret", { kmsKey: "" }, "kmsKey"],
    ["http-api", { stage: "prod" }, undefined],
  ] as const)("of %s that are refused: %j", (kind, settings, part) => {
    const parsed = parseSettings(kind, settings);
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues[0]?.path[0]).toBe(part);
  });
});

describe("a hostile prefix", () => {
  it("reaches no object outside the prefix, by IAM's own matching", () => {
    const hostile = fc.string({ unit: fc.constantFrom("a", "/", ".", "*", "?", "$", "{", "}", "-", "é") });
    fc.assert(
      fc.property(hostile, hostile, (prefix, key) => {
        const scope = parseScope("s3-prefix", { prefix });
        if (!scope.success) return;
        const [get] = statementsOf({ ...S3, access: "read", scope: scope.data });
        const reaches = (object: string) => get?.Resource.some((pattern) => matches(pattern, object));
        expect(reaches(`arn:aws:s3:::data/${key}`)).toBe(key.startsWith(`claims/${prefix}`));
        expect(reaches(`arn:aws:s3:::data/claims/${prefix}${key}`)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
