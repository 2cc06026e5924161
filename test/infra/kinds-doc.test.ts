import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { kindNames } from "../../functions/core/kinds/names.ts";
import {
  aboutKind,
  askProblem,
  fitsKind,
  offersAccess,
  parseScope,
  parseSettings,
  statementsOf,
} from "../../functions/core/kinds/registry.ts";
import { ANY_SESSION, compileSessionPolicy } from "../../functions/core/session-policy.ts";
import { projectRoot } from "../../infra/function.ts";
import { kindsDoc } from "../../infra/policy/kinds-doc.ts";

describe("docs/kinds.md", () => {
  it("is what the kinds say of themselves: npm run kinds writes it", () => {
    expect(readFileSync(join(projectRoot, "docs/kinds.md"), "utf8")).toBe(kindsDoc());
  });

  it.each(kindNames)("shows asks of %s that work, for each of its accesses", (kind) => {
    const { examples, actions, references } = aboutKind(kind);
    expect(references.length).toBeGreaterThan(0);
    for (const url of references)
      expect(url).toMatch(
        /^https:\/\/docs\.aws\.amazon\.com\/service-authorization\/latest\/reference\/list_\w+\.html$/,
      );
    for (const { arn, settings, access, scope } of examples) {
      expect(fitsKind(kind, arn), arn).toBe(true);
      expect(parseSettings(kind, settings).success).toBe(true);
      expect(offersAccess(kind, access)).toBe(true);
      if (scope) expect(parseScope(kind, scope)).toMatchObject({ success: true, data: scope });
      const ask = { kind, arn, settings, access, scope };
      expect(askProblem(ask)).toBeUndefined();
      expect(compileSessionPolicy(ask, ANY_SESSION).ok).toBe(true);
      // What the docs list is what is compiled, keys of KMS apart.
      const listed = actions[access] ?? [];
      const compiled = statementsOf(ask).flatMap(({ Action }) => Action);
      expect(compiled.filter((action) => !action.startsWith("kms:") && !listed.includes(action))).toEqual([]);
    }
    expect(examples.length).toBeGreaterThan(0);
  });
});
