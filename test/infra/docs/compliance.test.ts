import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { namedQueries } from "../../../functions/core/audit/named-queries.ts";
import { typeNames } from "../../../functions/core/audit/registry.ts";
import { projectRoot } from "../../../infra/function.ts";
import { rowsBelow } from "./markdown.ts";

const queryNames = namedQueries.map(({ name }) => name);
const page = readFileSync(`${projectRoot}docs/compliance.md`, "utf8");
const named = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);

describe.each([
  ["## NIST SP 800-53, revision 5", 25, /^[A-Z]{2}-\d/],
  ["## SOC 2, Trust Services Criteria (2017, points of focus of 2022)", 15, /^(CC|A|C|PI)\d\.\d/],
  ["## ISO/IEC 27001:2022, Annex A", 20, /^[5-8]\.\d+/],
])("docs/compliance.md, %s", (heading, least, form) => {
  const rows = rowsBelow(page, heading);
  it("names events, questions and tests that there are, and for each control a test", () => {
    expect(rows.length).toBeGreaterThanOrEqual(least);
    for (const cells of rows) {
      const [control = "", what = "", events, questions, tests] = cells;
      expect(cells, control).toHaveLength(5);
      expect(control).toMatch(form);
      expect(what.length, control).toBeGreaterThan(15);
      expect(
        named(events).filter((name) => !(typeNames as string[]).includes(name)),
        control,
      ).toEqual([]);
      expect(
        named(questions).filter((name) => !(queryNames as string[]).includes(name)),
        control,
      ).toEqual([]);
      expect(
        named(tests).filter((file) => !existsSync(projectRoot + file)),
        control,
      ).toEqual([]);
      expect(named(tests).length, control).toBeGreaterThan(0);
      expect(
        named(tests).every((file) => file.endsWith(".test.ts")),
        control,
      ).toBe(true);
    }
  });
  it("names each control once", () => {
    const controls = rows.map(([control]) => control);
    expect(new Set(controls).size).toBe(controls.length);
  });
});

it("every question that auditors can ask is the evidence of some control", () => {
  // `grant-sample` draws the sample that an auditor then looks at: it shows nothing by itself.
  const used = new Set(named(page));
  expect(queryNames.filter((name) => !used.has(name))).toEqual(["grant-sample"]);
});
