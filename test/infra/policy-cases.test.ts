import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { policyCommand } from "../../infra/policy/cli.ts";
import { loadPolicy } from "../../infra/policy/load.ts";
import { applyEdit, type Case, type Edit, inCopy, problemsOf, realPolicy, sayOf } from "./policy-folder.ts";

const routine = "cases/routine.yaml";
const FIRST = "cases[0]: the fine-tuning pipeline reads conversations";
const RISK = "risk.yaml";

const cases: Case[] = [
  {
    rule: "an agent that is not there",
    ...{
      file: routine,
      find: "- name: the fine-tuning pipeline reads conversations\n    agent: finetune-pipeline",
    },
    by: "<here>- name: the fine-tuning pipeline reads conversations\n    agent: finetune",
    says: `${FIRST}: no agent has the id finetune`,
  },
  {
    rule: "an outcome that there is not",
    ...{ file: routine, find: "outcome: allow", by: "<here>outcome: yes" },
    says: 'cases[0].outcome: Invalid option: expected one of "allow"|"needs_approval"|"deny"',
  },
  {
    rule: "a stage in other words",
    ...{ file: "cases/writes.yaml", find: "plan: [1 of ml-platform]", by: "plan: [<here>ml-platform]" },
    says: 'cases[0].plan[0]: must be like "2 of privacy"',
  },
  {
    rule: "a fact that no rule sees",
    ...{
      file: "cases/context.yaml",
      find: "context: { firstUse: false }",
      by: "context: { <here>mood: bad }",
    },
    says: "cases[0].context.mood: is not a known field",
  },
  {
    rule: "a rule that no case reaches",
    ...{
      file: "rules/context.cedar",
      find: "@id(",
      by: '<here>@id("never")\n@reason("y")\nforbid (principal, action, resource) when {\n  resource.tags.contains("ppi")\n};\n@id(',
    },
    says: "rule never: applies in no case of policy/cases: add one in which it does",
  },
];

describe("cases that cannot be tried fail with file, line and reason", () => {
  it.each(cases)("$rule", (broken) => {
    const { said, expected } = sayOf(broken);
    expect(said).toEqual(expected);
  });

  it("also when there are none, and reach nothing", () => {
    const said = (empty: boolean) =>
      inCopy((dir) => {
        rmSync(join(dir, "cases"), { recursive: true });
        if (empty) mkdirSync(join(dir, "cases"));
        return problemsOf(() => loadPolicy(dir));
      });
    expect(said(false)).toEqual(["policy/cases:1: cannot be read: it does not exist"]);
    expect(said(true)).toHaveLength(19);
    expect(said(true)[0]).toContain(": rule personal-data-needs-privacy: applies in no case of policy/cases");
  });

  it("when two of them have one name, in whatever file", () => {
    const two = { file: "cases/writes.yaml", find: "name: the indexer writes the corpus", by: "" };
    const by = "name: the indexer reads evaluation sets";
    expect(sayOf({ ...two, by: `<here>${by}`, rule: "", says: [] }).said).toEqual([
      expect.stringContaining("the indexer reads evaluation sets: another case has this name"),
    ]);
  });
});

const zones: Case[] = [
  {
    rule: "a time zone that is none",
    ...{ file: RISK, find: "timeZone: Europe/Berlin", by: "<here>timeZone: Europe/Berlyn" },
    says: "timeZone: must be a named time zone, like Europe/Berlin",
  },
  {
    rule: "an offset, which knows no summer",
    ...{ file: RISK, find: "timeZone: Europe/Berlin", by: '<here>timeZone: "+01:00"' },
    says: "timeZone: must be a named time zone, like Europe/Berlin",
  },
  {
    rule: "bands that do not go up",
    ...{ file: RISK, find: "bands: { medium: 25", by: "<here>bands: { medium: 60" },
    says: "bands: must go up",
  },
  {
    rule: "a factor that nobody knows",
    ...{ file: RISK, find: "  firstUse: 8", by: "  firstUse: 8\n  <here>mood: 8" },
    says: "factors.mood: is not a known field",
  },
  {
    rule: "a factor that is missing",
    ...{ file: RISK, find: "factors:\n  classification", by: "<here>factors:\n  klassification" },
    says: ["factors.classification: is required"],
  },
  {
    rule: "points below nothing",
    ...{ file: RISK, find: "  firstUse: 8", by: "  <here>firstUse: -8" },
    says: "factors.firstUse: Too small: expected number to be >=0",
  },
  {
    rule: "a tag that no resource has",
    ...{ file: RISK, find: "    pii: 10", by: "    <here>ppi: 10" },
    says: "factors.tags.ppi: no resource has the tag ppi",
  },
  {
    rule: "steps that go down",
    ...{ file: RISK, find: "  openGrants:\n    - { over: 3", by: "  <here>openGrants:\n    - { over: 30" },
    says: "factors.openGrants: must go up, step by step",
  },
];

describe("how risk is weighed fails with file, line and reason", () => {
  it.each(zones)("$rule", (broken) => {
    const { said, expected } = sayOf(broken);
    expect(said.filter((line) => !line.includes("klassification"))).toEqual(expected);
  });
});

describe("npm run policy", () => {
  const run = (...args: string[]) => policyCommand(args, realPolicy);
  const onceEdited = (edit: Edit, ...args: string[]) =>
    inCopy((dir) => {
      applyEdit(dir, edit);
      return policyCommand(args, dir);
    });

  it("checks the policy and says its version", () => {
    const { code, text } = run("check");
    expect([code, text]).toEqual([0, expect.stringContaining(`policy ${loadPolicy(realPolicy).version}\n`)]);
  });

  it("lists what is wrong in a policy, with exit code 1", () => {
    const { code, text } = onceEdited({ file: RISK, find: "Europe/Berlin", by: "Berlin" }, "check");
    expect([code, text]).toEqual([1, expect.stringContaining("policy/risk.yaml:5: timeZone: must be")]);
  });

  it("tries the cases, all of them", () => {
    const { code, text } = run("test");
    expect([code, text]).toEqual([
      0,
      expect.stringMatching(/^\d+ cases and \d+ of risk: all as they say\n$/),
    ]);
  });

  it("says which case fails, where, in what, and which rule decided", () => {
    const outcome = { file: routine, find: "outcome: allow", by: "outcome: deny" };
    const { code, text } = onceEdited(outcome, "test");
    expect(code).toBe(1);
    expect(text).toContain(
      `policy/cases/routine.yaml:3: ${FIRST}: outcome is "allow", not "deny" (decided by read-at-home)`,
    );
    expect(text).toMatch(/\n\d+ cases and \d+ of risk: 1 fault\n$/);
  });

  it("says which risk is in another band, and of what it is made", () => {
    const { code, text } = onceEdited({ file: RISK, find: "  firstUse: 8", by: "  firstUse: 30" }, "test");
    expect(code).toBe(1);
    expect(text).toMatch(
      /policy\/risk-cases\.yaml:\d+: cases\[4\]: internal, whole, first use: band is high, not medium: 50 = .*first use 30/,
    );
  });

  it("explains a case by its name or a part of it", () => {
    const { code, text } = run("explain", "the support assistant reads medical");
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

  it("explains no case that is not there, or one of several", () => {
    expect(run("explain", "nothing of the kind")).toEqual({
      code: 1,
      text: "no case is called nothing of the kind\n",
    });
    const { code, text } = run("explain", "medical reports");
    expect([code, text]).toEqual([1, expect.stringMatching(/^\d+ cases are called so:\n {2}/)]);
  });

  it("counts the cases for and against each rule, and calls a gap one", () => {
    expect(run("coverage")).toMatchObject({
      code: 0,
      text: expect.stringContaining("19 rules, each with cases for and against"),
    });
    const oneLess = {
      file: "cases/context.yaml",
      find: "not: [changed-model-needs-ml-platform]",
      by: "not: []",
    };
    const twoLess = inCopy((dir) => {
      applyEdit(dir, oneLess);
      applyEdit(dir, oneLess);
      return policyCommand(["coverage"], dir);
    });
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
  ])("says how it is called, with exit code 2, when called %j", (args) => {
    const { code, text } = run(...args);
    expect([code, text]).toEqual([2, expect.stringContaining("Usage: npm run policy -- <command>")]);
  });
});
