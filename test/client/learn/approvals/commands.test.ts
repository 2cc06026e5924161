import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { exitCodes } from "../../../../client/exit.ts";
import { whileCopied } from "../../../core/policy/files/edited.ts";
import { capture, ID, run } from "../../commands/run.ts";
import { writeYear } from "../year/write.ts";
import { yearOf } from "../year/year.ts";

const folder = mkdtempSync(join(tmpdir(), "latchkey-insights-"));
const events = join(folder, "record");
const YEAR = ["--since", "2026-01-01", "--until", "2027-01-01"];
const html = join(folder, "page.html");
beforeAll(
  () => void writeYear(events, yearOf({ seed: 1, asks: 12, plants: { flips: 0, alwaysApproved: 0 } })),
);
afterAll(() => rmSync(folder, { recursive: true }));

const insights = (...words: string[]) => capture("insights", "approvals", "--events", events, ...words);

describe("insights approvals", () => {
  it("says that a period has no asks, and writes no page of it", async () => {
    const { code, out, err } = await insights(
      "--since",
      "2025-01-01",
      "--until",
      "2025-02-01",
      "--html",
      html,
    );
    expect([code, out, existsSync(html)]).toEqual([exitCodes.not_found, "", false]);
    expect(err).toMatch(/^The record has no ask from 2025-01-01.*: name another period with --since\.\n$/);
  });

  it.each([
    ["--least-asks", "0"],
    ["--since", "yesterday"],
    ["--policy", "/nowhere/at/all"],
  ])("refuses %s %s in a sentence", async (...words) => {
    const { code, out, err } = await insights(
      ...YEAR.filter((_, index) => words[0] !== "--since" || index > 1),
      ...words,
    );
    expect([code, out]).toEqual([exitCodes.usage, ""]);
    expect(err.split("\n")).toHaveLength(2);
  });

  it("says how many changes there are to print", async () => {
    const { code, out, err } = await insights(...YEAR, "--policy", "policy", "--patch", "7");
    expect([code, out, err]).toEqual([exitCodes.not_found, "", "There is no change 7: none is proposed.\n"]);
    const before = process.cwd();
    process.chdir(folder);
    const alone = await insights(...YEAR, "--patch", "1").finally(() => process.chdir(before));
    expect([alone.code, alone.out]).toEqual([exitCodes.usage, ""]);
    expect(alone.err).toMatch(/name it with --policy\.\n$/);
  });

  it("says of a policy that does not load what is wrong in it, and writes no page", async () => {
    await whileCopied(async (dir) => {
      appendFileSync(join(dir, "rules/routine.cedar"), "permit (");
      const { code, out, err } = await insights(...YEAR, "--policy", dir, "--html", html);
      expect([code, out, existsSync(html)]).toEqual([exitCodes.config, "", false]);
      expect(err).toContain("policy/rules/routine.cedar:");
    });
  });

  it("says which file of the record cannot be read, and nothing of the rest", async () => {
    const other = join(folder, "broken");
    writeYear(other, yearOf({ seed: 1, asks: 3, plants: { flips: 0, alwaysApproved: 0 } }));
    writeFileSync(join(other, "events/broken.parquet"), "PAR1 and no more");
    const { code, out, err } = await capture("insights", "approvals", "--events", other, ...YEAR);
    expect([code, out]).toEqual([exitCodes.cannotTell, ""]);
    expect(err).toContain("events/broken.parquet");
  });
});

it("help shows a default as one would type it", async () => {
  const { code, out } = await capture("insights", "usage", "--help");
  expect(code).toBe(exitCodes.ok);
  expect(out).toMatch(/\(default:\s+90d\)/);
  expect(out).not.toContain('"');
});

describe("explain", () => {
  it("says that the record has no such grant, or that it is no grant's id", async () => {
    const missing = await capture("explain", "aaaaaaaaaaaaaaaa", "--events", events);
    expect(missing).toEqual({
      code: exitCodes.not_found,
      out: "",
      err: "The record has no grant aaaaaaaaaaaaaaaa.\n",
    });
    expect(await capture("explain", "../x", "--events", events)).toEqual({
      ...{ code: exitCodes.usage, out: "" },
      err: "../x is no grant's id: that has 16 characters, a to z and 2 to 7.\n",
    });
  });

  it("says that the broker has none, or that there is no broker, and that the record can be named", async () => {
    const none = { status: 404, body: { error: { code: "not_found", message: "There is no such thing." } } };
    const { code, err } = await run(() => none, "explain", ID);
    expect([code, err]).toEqual([
      exitCodes.not_found,
      `There is no grant ${ID}, or it is not yours to see: look at the id, and at who you sign as. Or name the record with --events.\n`,
    ]);
    vi.stubEnv("HOME", folder);
    const nowhere = await capture("explain", ID);
    vi.unstubAllEnvs();
    expect([nowhere.code, nowhere.err]).toEqual([
      exitCodes.no_endpoint,
      expect.stringMatching(/^Where is the broker\? .* Or name the record with --events\.\n$/),
    ]);
  });
});
