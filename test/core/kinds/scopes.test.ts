import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../functions/core/canonical.ts";
import { kindNames } from "../../../functions/core/kinds/names.ts";
import { canonicalScope, parseScope } from "../../../functions/core/kinds/registry.ts";
import { accepted, refused } from "./scopes.cases.ts";

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

  it.each(kindNames)("of %s has one text for one meaning, and parsing it again changes nothing", (kind) => {
    const text = fc.stringMatching(/^[a-z]{1,4}$/);
    const list = fc.array(text, { minLength: 1, maxLength: 6 });
    const scope =
      kind === "s3-prefix" ? fc.record({ keys: list }) : fc.record({ leadingKeys: list, attributes: list });
    fc.assert(
      fc.property(scope, (given) => {
        const reversed = Object.fromEntries(
          Object.entries(given)
            .reverse()
            .map(([name, values]) => [name, [...values].reverse()]),
        );
        const [one, other] = [given, reversed].map((each) => parseScope(kind, each).data);
        expect(canonicalJson(one)).toBe(canonicalJson(other));
        expect(parseScope(kind, one).data).toEqual(one);
      }),
    );
  });
});
