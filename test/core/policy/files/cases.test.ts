import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Case, inCopy, loadAt, problemsOf, sayOf } from "./edited.ts";

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
        return problemsOf(() => loadAt(dir));
      });
    expect(said(false)).toEqual(["policy/cases:1: cannot be read: it does not exist"]);
    expect(said(true)).toHaveLength(38);
    expect(said(true)[0]).toContain(": rule sign-off-is-by-owners: applies in no case of policy/cases");
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
