import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accessNames, kindNames } from "../../../functions/core/kinds/names.ts";
import {
  type Ask,
  ceilingOf,
  describeAsk,
  fitsKind,
  offersAccess,
  parseScope,
  statementsOf,
} from "../../../functions/core/kinds/registry.ts";
import { matches } from "./evaluate.ts";
import { compiled, DYNAMO, S3, TABLE } from "./statements.cases.ts";

const named = compiled.map((row) => ({
  ...row,
  name: `${row.ask.access} ${JSON.stringify(row.ask.scope ?? "all")}`,
}));

describe("what an ask compiles to", () => {
  it.each(named)("$ask.kind: $name, to the letter", ({ ask, statements }) => {
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
    expect(offersAccess("dynamodb-table", "list")).toBe(false);
    expect(statementsOf({ ...DYNAMO, access: "list" })).toEqual([]);
  });

  it("never exceeds what the access role may do, in actions and resources (I-03)", () => {
    for (const { ask, statements } of compiled) {
      const ceiling = ceilingOf(ask.kind, { arn: ask.arn }, [ask.access]);
      for (const { Action, Resource } of statements)
        for (const action of Action ?? [])
          for (const resource of Resource)
            expect(
              ceiling.some(
                (top) =>
                  top.Action.includes(action) && top.Resource.some((pattern) => matches(pattern, resource)),
              ),
            ).toBe(true);
    }
  });
});

describe("an ARN of the catalogue", () => {
  it.each([
    ["s3-prefix", S3.arn],
    ["s3-prefix", "arn:aws:s3:::latchkey-{account}/a/b/*"],
    ["dynamodb-table", TABLE],
    ["dynamodb-table", "arn:aws:dynamodb:{region}:{account}:table/customers"],
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
  ] as const)("of %s does not fit: %s", (kind, arn) => expect(fitsKind(kind, arn)).toBe(false));
});

// Text made of what hurts: IAM's wildcards and variables, path tricks, Unicode of every kind, and plain letters.
const bits = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("a", "2026", "/", ".", "-", "_", "#", " ", "=") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("*", "?", "$", "${", "{", "}", "..", "../", "//", "%2e", "\\", '"', "'", ":"),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 2 }) },
);
const hostile = fc.array(bits, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(""));
const several = fc.array(hostile, { minLength: 1, maxLength: 4 });
const asks = fc.oneof(
  fc.record({ prefix: hostile }).map((scope) => ({ ...S3, scope })),
  fc.record({ keys: several }).map((scope) => ({ ...S3, scope })),
  fc.record({ leadingKeys: several }).map((scope) => ({ ...DYNAMO, scope })),
  fc.record({ attributes: several }).map((scope) => ({ ...DYNAMO, scope })),
);

/** An ask as the API would compile it, or nothing when the scope is refused. */
function parsed(
  given: { kind: Ask["kind"]; arn: string; scope: unknown },
  access: Ask["access"],
): Ask | undefined {
  const scope = parseScope(given.kind, given.scope);
  return scope.success ? { ...given, access, scope: scope.data } : undefined;
}

describe("a hostile scope value", () => {
  it("is refused, or compiles to statements that stay inside the resource (I-03)", () => {
    let taken = 0;
    fc.assert(
      fc.property(asks, fc.constantFrom(...accessNames), (given, access) => {
        const ask = parsed(given, access);
        if (!ask || !offersAccess(ask.kind, access)) return;
        taken += 1;
        for (const { Action, Resource, Condition } of statementsOf(ask)) {
          for (const resource of Resource) {
            const inside =
              ask.kind === "s3-prefix"
                ? resource.startsWith("arn:aws:s3:::data/claims/")
                : resource === TABLE;
            expect(inside || (resource === "arn:aws:s3:::data" && Action.join() === "s3:ListBucket")).toBe(
              true,
            );
          }
          const prefixes = Condition?.StringLike?.["s3:prefix"];
          if (Action.includes("s3:ListBucket")) expect(prefixes?.length).toBeGreaterThan(0);
          for (const prefix of prefixes ?? []) expect(prefix.startsWith("claims/")).toBe(true);
          const texts = [
            ...Resource,
            ...Object.values(Condition ?? {}).flatMap((keys) => Object.values(keys).flat()),
          ];
          for (const text of texts) {
            // A `*` is ours alone, and last; nothing else is special to IAM.
            expect(text.replace(/\*$/, "")).not.toMatch(/[*?$\\"{}%]/);
            if (ask.kind === "s3-prefix") expect(text.replace(/\*$/, "")).not.toMatch(/\/\/|\/\.\.?(\/|$)/);
            expect(text).toMatch(/^[\x20-\x7e]+$/);
            if (text.endsWith("*"))
              expect(ask.kind === "s3-prefix" && "prefix" in (ask.scope ?? {})).toBe(true);
          }
        }
      }),
      { numRuns: 2_000 },
    );
    // Otherwise the property says little.
    expect(taken).toBeGreaterThan(100);
  });

  it("reaches no object outside the prefix, by IAM's own matching", () => {
    fc.assert(
      fc.property(hostile, hostile, (prefix, key) => {
        const ask = parsed({ ...S3, scope: { prefix } }, "read");
        if (!ask) return;
        const object = `arn:aws:s3:::data/${key}`;
        const [get] = statementsOf(ask);
        expect(get?.Resource.some((pattern) => matches(pattern, object))).toBe(
          key.startsWith(`claims/${prefix}`),
        );
        expect(
          get?.Resource.some((pattern) => matches(pattern, `arn:aws:s3:::data/claims/${prefix}${key}`)),
        ).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
