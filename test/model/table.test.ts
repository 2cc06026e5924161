import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  edges,
  type From,
  isTerminal,
  moveNames,
  NOTHING,
  transitions,
} from "../../functions/core/grant/transitions.ts";
import { fenceNames, MODEL } from "./spin.ts";

const model = readFileSync(MODEL, "utf8");
const listed = model.slice(model.indexOf("#define NOTHING"), model.indexOf("#define TERMINAL"));
const statuses = Object.fromEntries(
  [...listed.matchAll(/^#define ([A-Z]+) (\d+)$/gm)].map(([, name = "", value]) => [name, Number(value)]),
);
const namesIn = (text: string, variable: string) =>
  [...text.matchAll(new RegExp(`\\b${variable} == ([A-Z]+)`, "g"))].map(([, name = ""]) => name);
const moves = Object.fromEntries(
  [...model.matchAll(/^#define MOVE_(\w+)\(f, t\) (.*)$/gm)].map(([, name = "", body = ""]) => [
    name,
    { from: namesIn(body, "f"), to: namesIn(body, "t") },
  ]),
);

describe("the Spin model's table", () => {
  it("has the statuses of the code, and knows which are terminal", () => {
    const states = [...new Set<From>([NOTHING, ...edges().flatMap(({ from, to }) => [from, to])])];
    expect(Object.keys(statuses).sort()).toEqual([...states].sort());
    const firstTerminal = statuses[/TERMINAL\(s\) \(s >= (\w+)\)/.exec(model)?.[1] ?? ""] ?? Number.NaN;
    for (const state of states)
      expect((statuses[state] ?? 0) >= firstTerminal, state).toBe(state !== NOTHING && isTerminal(state));
  });

  it("has the moves of the code, each from the same states to the same states (I-41)", () => {
    const sorted = (move: { from: readonly string[]; to: readonly string[] }) => ({
      from: [...move.from].sort(),
      to: [...move.to].sort(),
    });
    expect(Object.keys(moves).sort()).toEqual([...moveNames].sort());
    for (const name of moveNames)
      expect(sorted(moves[name] ?? { from: [], to: [] }), name).toEqual(sorted(transitions[name]));
  });

  it.each(moveNames)("makes the move %s somewhere", (name) => {
    expect(model).toMatch(new RegExp(`(MOVE|CLOSE)\\(${name}, [A-Z]+\\)`));
  });

  it("has exactly the fences that are taken out, one by one", () => {
    const named = [...model.matchAll(/^#ifn?def ([A-Z_]+)$/gm)].map(([, name = ""]) => name);
    const bounds = ["FAULTS", "ATTEMPTS", "LONG_WINDOW"];
    expect([...new Set(named)].filter((name) => !bounds.includes(name)).sort()).toEqual(
      [...fenceNames].sort(),
    );
  });
});
