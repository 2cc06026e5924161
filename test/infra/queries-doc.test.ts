import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { namedQueries } from "../../functions/core/audit/named-queries.ts";
import { queriesDoc } from "../../infra/audit/queries-doc.ts";
import { queryExamples } from "../../infra/audit/query-examples.ts";
import { projectRoot } from "../../infra/function.ts";

describe("docs/audit-queries.md", () => {
  it("is what the queries say of themselves: npm run queries writes it", () => {
    expect(readFileSync(join(projectRoot, "docs/audit-queries.md"), "utf8")).toBe(queriesDoc());
  });

  it.each(namedQueries.map(({ name, answers }) => [name, answers] as const))(
    "shows a row of %s, in its columns",
    (name, answers) => {
      const shown = Object.keys(queryExamples[name] ?? {});
      expect(shown.length).toBeGreaterThan(0);
      expect(Object.keys(answers)).toEqual(expect.arrayContaining(shown));
    },
  );
});
