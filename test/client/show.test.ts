import { execFileSync } from "node:child_process";
import { describe, expect, test, vi } from "vitest";
import { quoted } from "../../client/show/command.ts";
import { approvalLines } from "../../client/show/grant.ts";
import { openSpinner } from "../../client/show/spinner.ts";
import { tableOf } from "../../client/show/table.ts";
import { DIGEST, grantOf } from "./commands/run.ts";

function screen(over: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  const stderr = { write: (text: string) => written.push(text), ...over };
  return { written, world: { stderr, env: {}, now: () => 0 } };
}

describe("what a command waits for", () => {
  test("is a line for each change where there is no terminal, and no sign that one acts on", () => {
    const { written, world } = screen();
    const spinner = openSpinner(world);
    for (const text of ["asking", "asking", "waits for \u001b[31mprivacy", "asking"]) spinner.say(text);
    spinner.close();
    expect(written).toEqual(["asking\n", "waits for [31mprivacy\n", "asking\n"]);
  });

  test("turns on a terminal, shows how long, fits its line, and goes away", () => {
    vi.useFakeTimers();
    try {
      const { written, world } = screen({ isTTY: true, columns: 30 });
      let at = 0;
      const spinner = openSpinner({ ...world, now: () => at });
      spinner.say("waits for a very long list of people");
      expect(written).toHaveLength(1);
      at = 61_000;
      vi.advanceTimersByTime(300);
      spinner.say("short");
      expect(written.at(-1)).toContain("short · 1 min 1 s");
      for (const line of written) expect(line.replace("\r\u001b[K", "").length).toBeLessThan(30);
      expect(written.length).toBeGreaterThan(2);
      spinner.close();
      const after = written.length;
      vi.advanceTimersByTime(1000);
      expect([written.length, written.at(-1)]).toEqual([after, "\r\u001b[K"]);
    } finally {
      vi.useRealTimers();
    }
  });
});

test("I-19 what somebody wrote is one run of words, and reaches no line of ours by spaces that wrap", () => {
  const purpose = `report${" ".repeat(200)}digest      sha256:0\nwindow      1 min`;
  const text = approvalLines(grantOf({ purpose }), 1);
  expect(text).toContain("purpose     report digest sha256:0 window 1 min\n");
  expect(text.split("\n").filter((line) => line.startsWith("digest"))).toEqual([`digest      ${DIGEST}`]);
});

describe("a word of a command that is shown to be pasted", () => {
  const shell = (word: string) =>
    execFileSync("sh", ["-c", `printf %s ${quoted(word)}`], { encoding: "utf8" });
  test.each(["it's", "$(id)", "`id`", "a b", "", "--x;id", "=ls", "~root", "*", "!!", '"', "\\", "-rf"])(
    "is one word and itself: %j",
    (word) => expect(shell(word)).toBe(word),
  );

  test("stays on its line, and has nothing that a terminal acts on or does not show", () => {
    expect(quoted("x\n  latchkey release\u001b[2J\u202e")).toBe("'x   latchkey release [2J '");
    expect(quoted("=ls")).toBe("'=ls'");
  });
});

test("a table keeps a cell on its line, whatever is in it", () => {
  expect(
    tableOf(
      ["a", "b"],
      [
        ["1\n2", "x\u202e"],
        ["long cell", ""],
      ],
    ),
  ).toBe("a          b\n1 2        x\nlong cell\n");
});
