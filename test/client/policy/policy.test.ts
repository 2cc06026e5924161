import { describe, expect, it } from "vitest";
import { exitCodes } from "../../../client/exit.ts";
import { applyEdit, type Edit, loadAt, realPolicy, whileCopied } from "../../core/policy/files/edited.ts";
import { policyCommand } from "./command.ts";

const RISK = "risk.yaml";
const FIRST = "cases[0]: the fine-tuning pipeline reads conversations";

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

  it("lists what is wrong in a policy, with an exit code of its own", async () => {
    const { code, text } = await onceEdited([{ file: RISK, find: "Europe/Berlin", by: "Berlin" }], "check");
    expect([code, text]).toEqual([
      exitCodes.config,
      expect.stringContaining("policy/risk.yaml:5: timeZone: must be"),
    ]);
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
    expect(code).toBe(exitCodes.failed);
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
    expect(code).toBe(exitCodes.failed);
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

  it("explains, counts and marks a rule on trial apart from those that decide", async () => {
    const { text } = await run("explain", "is noted, and passes");
    expect(text).toContain("finetune-pipeline asks to read training-manifests for 1 hour: allow\n");
    expect(text).toContain(
      "on trial, decides nothing\n" +
        "  long-reads-need-ml-platform would ask 1 of ml-platform: who reads for longer than half an hour and names no " +
        "ticket is asked what for\n  with them: needs_approval\n",
    );
    expect((await run("check")).text).toContain("38 rules (1 on trial) for ");
    expect((await run("coverage")).text).toMatch(/long-reads-need-ml-platform +\d+ +\d+ {2}on trial\n/);
  });

  it("says which case expects another note of a rule on trial", async () => {
    const edit = {
      file: "cases/on-trial.yaml",
      find: "shadow: [long-reads-need-ml-platform]",
      by: "shadow: []",
    };
    const { code, text } = await onceEdited([edit], "test");
    expect(code).toBe(exitCodes.failed);
    expect(text).toContain('shadow is ["long-reads-need-ml-platform"], not []');
  });

  it("explains no case that is not there, or one of several", async () => {
    expect(await run("explain", "nothing of the kind")).toMatchObject({
      code: exitCodes.failed,
      text: "no case is called nothing of the kind\n",
    });
    const { code, text } = await run("explain", "medical reports");
    expect([code, text]).toEqual([
      exitCodes.failed,
      expect.stringMatching(/^\d+ cases are called so:\n {2}/),
    ]);
  });

  it("counts the cases for and against each rule, and calls a gap one", async () => {
    expect(await run("coverage")).toMatchObject({
      code: 0,
      text: expect.stringContaining("38 rules, each with cases for and against"),
    });
    const oneLess = {
      file: "cases/context.yaml",
      find: "not: [changed-model-needs-ml-platform]",
      by: "not: []",
    };
    const twoLess = await onceEdited([oneLess, oneLess], "coverage");
    expect(twoLess.code).toBe(exitCodes.failed);
    expect(twoLess.text).toMatch(/changed-model-needs-ml-platform +5 +0 {2}gap\n/);
    expect(twoLess.text).toContain("38 rules, 1 with a gap");
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
