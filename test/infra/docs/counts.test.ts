import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { namedQueries } from "../../../functions/core/audit/named-queries.ts";
import { typeNames } from "../../../functions/core/audit/registry.ts";
import { projectRoot } from "../../../infra/function.ts";

const read = (path: string): string => readFileSync(`${projectRoot}${path}`, "utf8");
const casesIn = (path: string): number => (parse(read(path)) as { cases: unknown[] }).cases.length;

describe("the numbers that the docs give", () => {
  it("are as many named questions as there are", () => {
    expect(read("README.md")).toContain(`${namedQueries.length} named questions`);
    expect(read("docs/audit.md")).toContain(`${namedQueries.length} questions,`);
  });

  it("are as many types of event as there are", () => {
    expect(read("docs/audit.md")).toContain(`\n${typeNames.length} [types of event]`);
  });

  it("are as many cases as the policy has", () => {
    const cases = readdirSync(`${projectRoot}policy/cases`).reduce(
      (sum, file) => sum + casesIn(`policy/cases/${file}`),
      0,
    );
    expect(read("README.md")).toContain(
      `\n${cases} cases and ${casesIn("policy/risk-cases.yaml")} of risk: all as they say\n`,
    );
  });
});
