import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../functions/core/canonical.ts";
import type { KindName } from "../../../functions/core/kinds/names.ts";
import { canonicalScope, parseScope } from "../../../functions/core/kinds/registry.ts";
import { accepted, refused } from "./scopes.cases.ts";

const text = fc.stringMatching(/^[a-z]{1,4}$/);
const list = (part = text) => fc.array(part, { minLength: 1, maxLength: 6 });
/** Scopes of the kinds that have any; the others are in the cases. */
const inParts = {
  "s3-prefix": fc.record({ keys: list() }),
  "dynamodb-table": fc.record({ leadingKeys: list(), attributes: list() }),
  "glue-table": fc.record({ partitions: list(text.map((value) => `month=${value}`)) }),
  "bedrock-prompt": fc.record({ versions: list(fc.integer({ min: 1, max: 40 }).map(String)) }),
  parameter: fc.record({ names: list() }),
  "http-api": fc.record({ routes: list(text.map((value) => `GET /${value}`)) }),
} as const satisfies Partial<Record<KindName, unknown>>;

const show = (scope: unknown) => JSON.stringify(scope).slice(0, 60);

describe("a scope", () => {
  it.each(refused.map((row) => ({ ...row, text: show(row.scope) })))(
    "of $kind is refused: $text",
    ({ kind, scope, path, reason }) => {
      const parsed = parseScope(kind, scope);
      expect(parsed.success).toBe(false);
      const issue = parsed.error?.issues.find((each) =>
        typeof reason === "string" ? each.message === reason : reason.test(each.message),
      );
      expect(parsed.error?.issues.map(({ message }) => message)).toContain(issue?.message);
      expect(issue?.path).toEqual(path);
    },
  );

  it.each(accepted.map((row) => ({ ...row, text: show(row.scope) })))(
    "of $kind is accepted: $text",
    ({ kind, scope, canonical }) => {
      const { success, data } = parseScope(kind, scope);
      expect(success).toBe(true);
      expect(data).toEqual(canonical);
      expect(canonicalScope.parse(data)).toEqual(canonical);
    },
  );

  it.each(Object.keys(inParts) as (keyof typeof inParts)[])(
    "of %s has one text for one meaning, and parsing it again changes nothing",
    (kind) => {
      fc.assert(
        fc.property(inParts[kind], (given) => {
          const reversed = Object.fromEntries(
            Object.entries(given)
              .reverse()
              .map(([name, values]) => [name, [...values].reverse()]),
          );
          const [one, other] = [given, reversed].map((each) => parseScope(kind, each).data);
          expect(one).toBeDefined();
          expect(canonicalJson(one)).toBe(canonicalJson(other));
          expect(parseScope(kind, one).data).toEqual(one);
        }),
      );
    },
  );
});
