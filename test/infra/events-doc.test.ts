import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { columns } from "../../functions/core/audit/columns.ts";
import { typeNames } from "../../functions/core/audit/registry.ts";
import { projectRoot } from "../../infra/function.ts";
import { eventsDoc } from "../../infra/policy/events-doc.ts";

describe("docs/audit-events.md", () => {
  it("is what the registry says: npm run events writes it", () => {
    expect(readFileSync(join(projectRoot, "docs/audit-events.md"), "utf8")).toBe(eventsDoc());
  });

  it("has a section for every type, and names every column", () => {
    const text = eventsDoc();
    for (const type of typeNames) expect(text.split("\n")).toContain(`### ${type}`);
    for (const { name } of columns) expect(text).toContain(`\`${name}\``);
  });
});
