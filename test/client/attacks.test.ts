import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { asCsv } from "../../client/audit/format.ts";
import { save } from "../../client/audit/report.ts";
import { told } from "../../client/exit.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-attacks-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("I-53 what a terminal is given", () => {
  test("of an error is text, whatever names the files of somebody else's folder have", () => {
    mkdirSync(join(folder, "events"));
    writeFileSync(join(folder, "events", "\u001b]0;owned\u0007\u001b[2J\u202e.parquet"), "no events");
    const cli = new URL("../../client/cli.ts", import.meta.url).pathname;
    const tsx = ["--import", "tsx", cli, "audit", "ocsf", "--events", folder];
    const { stderr, status } = spawnSync(process.execPath, tsx, { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toContain("latchkey audit verify");
    expect(stderr.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test("of an error keeps its lines, and nothing else that is not seen", () => {
    expect(told("one\ntwo\u001b[31m\u009b31m\u202e\rthree")).toBe("one\ntwo[31m31mthree");
  });
});

describe("I-53 CSV", () => {
  test.each([" =1+1", "\u200b=1+1", "\uff1d1+1", "\u00a0@SUM(A1)", "\n=1"])(
    "gives a spreadsheet nothing to run behind what is not seen: %j",
    (cell) => {
      const text = asCsv({ columns: [{ name: "a", type: "varchar" }], rows: [[cell]] });
      expect(text.slice("a\r\n".length).replace(/^"/, "").startsWith("'")).toBe(true);
    },
  );

  test("has no sign that a terminal acts on, and leaves numbers and line ends within quotes alone (A-34)", () => {
    const columns = [
      { name: "a", type: "varchar" },
      { name: "n", type: "bigint" },
    ];
    const text = asCsv({ columns, rows: [["x\u001b]0;owned\u0007\u202e\ny", "-12"]] });
    expect(text).toBe('a,n\r\n"x\\u{1b}]0;owned\\u{7}\\u{202e}\ny",-12\r\n');
  });
});

describe("I-52 a month's report", () => {
  test("is its owner's alone, also where a file of others' was there before", () => {
    const out = join(folder, "month.html");
    writeFileSync(out, "old", { mode: 0o644 });
    save(out, "<!doctype html>");
    expect(statSync(out).mode & 0o777).toBe(0o600);
  });
});
