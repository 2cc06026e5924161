import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { diagram, edges, isTerminal, NOTHING } from "../../../functions/core/grant/transitions.ts";

const BLOCK = /<!-- transitions:begin -->\s*```mermaid\n([\s\S]*?)\n?```\s*<!-- transitions:end -->/;

describe("the picture of a grant's life", () => {
  it("in docs/architecture.md is the table's own", () => {
    const text = readFileSync(join(import.meta.dirname, "../../../docs/architecture.md"), "utf8");
    expect(BLOCK.exec(text)?.[1]?.trimEnd()).toBe(diagram());
  });

  it("has a line for each edge and an end for each terminal state", () => {
    const lines = diagram().split("\n");
    expect(lines[0]).toBe("stateDiagram-v2");
    for (const { move, from, to } of edges()) {
      expect(lines).toContain(`    ${from === NOTHING ? "[*]" : from} --> ${to}: ${move}`);
      if (isTerminal(to)) expect(lines).toContain(`    ${to} --> [*]`);
    }
    const ends = new Set(edges().flatMap(({ to }) => (isTerminal(to) ? [to] : [])));
    expect(lines.length).toBe(1 + edges().length + ends.size);
  });
});
