import { Command, CommanderError } from "commander";
import { describe, expect, it, vi } from "vitest";
import { CliError, exitCodes } from "../../../client/exit.ts";
import { addPolicy } from "../../../client/policy/policy.ts";
import { applyEdit, type Edit, loadAt, realPolicy, whileCopied } from "../../core/policy/files/edited.ts";

const RISK = "risk.yaml";
const FIRST = "cases[0]: the fine-tuning pipeline reads conversations";

/** What a command line prints, or the sentence that it ends with, and its exit code. */
async function policyCommand(dir: string, ...args: string[]): Promise<{ code: number; text: string }> {
  const printed: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => void printed.push(`${line}\n`));
  const latchkey = new Command("latchkey")
    .exitOverride()
    .configureOutput({ writeErr: (text) => printed.push(text) });
  addPolicy(latchkey);
  try {
    await latchkey.parseAsync(["policy", ...args, "--dir", dir], { from: "user" });
    return { code: exitCodes.ok, text: printed.join("") };
  } catch (fault) {
    if (fault instanceof CliError) return { code: fault.exitCode, text: `${fault.message}\n` };
    if (fault instanceof CommanderError) return { code: exitCodes.usage, text: printed.join("") };
    throw fault;
  } finally {
    log.mockRestore();
  }
}

const run = (...args: string[]) => policyCommand(realPolicy, ...args);
const onceEdited = (edits: Edit[], ...args: string[]) =>
  whileCopied(async (dir) => {
    for (const edit of edits) applyEdit(dir, edit);
    return await policyCommand(dir, ...args);
  });

describe("latchkey policy", () => {
  it("checks the policy and says its version", async () => {
    const { code, text } = await run("check");
    expect([code, text]).toEqual([0, expect.stringContaining(`policy ${loadAt(realPolicy).version}\n`)]);
  });

  it("lists what is wrong in a policy, with exit code 1", async () => {
    const { code, text } = await onceEdited([{ file: RISK, find: "Europe/Berlin", by: "Berlin" }], "check");
    expect([code, text]).toEqual([1, expect.stringContaining("policy/risk.yaml:5: timeZone: must be")]);
  });

  it("tries the cases, all of them", async () => {
    const { code, text } = await run("test");
    expect([code, text]).toEqual([
      0,
      expect.stringMatching(/^\d+ cases and \d+ of risk: all as they say\n$/),
    ]);
  });

  it("says which case fails, where, in what, and which rule decided", async () => {
    const outcome = { file: "cases/routine.yaml", find: "outcome: allow", by: "outcome: deny" };
    const { code, text } = await onceEdited([outcome], "test");
    expect(code).toBe(1);
    expect(text).toContain(
      `policy/cases/routine.yaml:3: ${FIRST}: outcome is "allow", not "deny" (decided by read-at-home)`,
    );
    expect(text).toMatch(/\n\d+ cases and \d+ of risk: 1 fault\n$/);
  });

  it("says which risk is in another band, and of what it is made", async () => {
    const { code, text } = await onceEdited(
      [{ file: RISK, find: "  firstUse: 8", by: "  firstUse: 30" }],
      "test",
    );
    expect(code).toBe(1);
    expect(text).toMatch(
      /policy\/risk-cases\.yaml:\d+: cases\[4\]: internal, whole, first use: band is high, not medium: 50 = .*first use 30/,
    );
  });

  it("explains a case by its name or a part of it", async () => {
    const { code, text } = await run("explain", "the support assistant reads medical");
    expect(code).toBe(0);
    for (const said of [
      "needs_approval",
      "  special-category-needs-privacy: special-category data needs two",
      "  1. 2 of privacy (priya, tomas), within 4 hours, then also security",
      "risk 74 (high)",
      "  first use 8: ",
    ])
      expect(text).toContain(said);
  });

  it("explains no case that is not there, or one of several", async () => {
    expect(await run("explain", "nothing of the kind")).toEqual({
      code: 1,
      text: "no case is called nothing of the kind\n",
    });
    const { code, text } = await run("explain", "medical reports");
    expect([code, text]).toEqual([1, expect.stringMatching(/^\d+ cases are called so:\n {2}/)]);
  });

  it("counts the cases for and against each rule, and calls a gap one", async () => {
    expect(await run("coverage")).toMatchObject({
      code: 0,
      text: expect.stringContaining("19 rules, each with cases for and against"),
    });
    const oneLess = {
      file: "cases/context.yaml",
      find: "not: [changed-model-needs-ml-platform]",
      by: "not: []",
    };
    const twoLess = await onceEdited([oneLess, oneLess], "coverage");
    expect(twoLess.code).toBe(1);
    expect(twoLess.text).toMatch(/changed-model-needs-ml-platform +5 +0 {2}gap\n/);
    expect(twoLess.text).toContain("19 rules, 1 with a gap");
  });

  it.each([
    [[]],
    [["chekc"]],
    [["check", "more"]],
    [["explain"]],
    [["explain", "a", "b"]],
    [["constructor"]],
  ])("says how it is called when called %j", async (args) => {
    const { code, text } = await run(...args);
    expect([code, text]).toEqual([exitCodes.usage, expect.stringMatching(/error: |Usage: latchkey policy /)]);
  });
});
