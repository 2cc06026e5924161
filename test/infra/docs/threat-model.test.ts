import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../../infra/function.ts";
import { rowsBelow } from "./markdown.ts";

const requirements = JSON.parse(readFileSync(`${projectRoot}test/requirements.json`, "utf8")) as object;
const rows = rowsBelow(readFileSync(`${projectRoot}docs/threat-model.md`, "utf8"), "## Threats");
const named = rows.flatMap((cells) => cells.at(-1)?.match(/\b[IAF]-\d\d\b/g) ?? []);

describe("docs/threat-model.md", () => {
  it("has every attack and every fault that is listed, in some threat", () => {
    const listed = Object.keys(requirements).filter((id) => !id.startsWith("I-"));
    expect(listed.length).toBeGreaterThan(70);
    expect(listed.filter((id) => !named.includes(id))).toEqual([]);
  });
  it("names none that there is not", () => {
    expect(named.filter((id) => !Object.hasOwn(requirements, id))).toEqual([]);
  });
  it("has for each threat its class, what stands against it, and what shows that", () => {
    for (const cells of rows) {
      expect(cells).toHaveLength(4);
      const [letter = "", threat = "", against = "", shown = ""] = cells;
      expect(letter).toMatch(/^[STRIDE]$/);
      expect([threat.length > 10, against.length > 10], threat).toEqual([true, true]);
      expect(shown, threat).toMatch(/[IAF]-\d\d|\]\(/);
    }
  });
});
