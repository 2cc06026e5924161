import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blankComments } from "../../../../functions/core/policy/files/split-rules.ts";
import { applyEdit, type Case, type Edit, inCopy, loadAt, loadEdited, problemsOf, sayOf } from "./edited.ts";

const approvals = "rules/approvals.cedar";
const routine = "rules/routine.cedar";
const schema = "schema.cedarschema";

const WRITE = "rule write-needs-ml-platform";
const PRIVACY = "rule personal-data-needs-privacy";
const HEAD = '@id("x1")\n@reason("y")\n';
const end = "forbid (principal, action, resource) unless {";

/** A rule of its own, after all others of its file. */
const added = (text: string) => ({
  file: routine,
  find: "// What passes.",
  by: `${text}\n// What passes.`,
});

const annotations: Case[] = [
  {
    rule: "no @id, at the rule",
    ...{ file: routine, find: '@id("read-at-home")\n', by: "<here>" },
    says: "rule 1: @id: is required",
  },
  {
    rule: "no @reason, at the rule",
    ...{
      file: routine,
      find: '@id("read-at-home")\n@maxWindow("30m")\n@reason("reading in the agent\'s own environment is routine work")',
    },
    by: '<here>@id("read-at-home")',
    says: "rule read-at-home: @reason: is required",
  },
  {
    rule: "a @reason that says nothing",
    ...{ file: approvals, find: '@reason("write access is never automatic")', by: '<here>@reason(" ")' },
    says: `${WRITE}: @reason: must not be empty`,
  },
  {
    rule: "an @id of the wrong form",
    ...{ file: routine, find: '@id("read-at-home")', by: '<here>@id("Read at home")' },
    says: "rule Read at home: @id: Invalid string: must match pattern /^[a-z][a-z0-9-]{1,63}$/",
  },
  {
    rule: "an @id without a value",
    ...{ file: routine, find: '@id("read-at-home")', by: "<here>@id" },
    says: "rule 1: @id: Invalid string: must match pattern /^[a-z][a-z0-9-]{1,63}$/",
  },
  {
    rule: "an @id that Latchkey puts beside the rules",
    ...{ file: routine, find: '@id("read-at-home")', by: '<here>@id("any-ask")' },
    says: "rule any-ask: @id: is a name that Latchkey uses itself",
  },
  {
    rule: "an annotation twice",
    ...{ file: approvals, find: '@quorum("1")', by: '@quorum("1")\n<here>@quorum("2")' },
    says: "duplicate annotation: @quorum",
  },
  {
    rule: "a rule on trial with a value, which might be meant as false",
    ...{ file: approvals, find: '@quorum("1")', by: '@quorum("1")\n<here>@shadow("false")' },
    says: `${PRIVACY}: @shadow: has no value: write @shadow`,
  },
  {
    rule: "a twenty-first rule on trial",
    ...added(
      Array.from({ length: 20 }, (_, index) => {
        const here = index === 19 ? "<here>" : "";
        return `@id("trial-${index}")\n@reason("y")\n${here}@shadow\nforbid (principal, action, resource);`;
      }).join("\n"),
    ),
    says: "rule trial-19: @shadow: at most 20 rules can be on trial at once, and there are 21",
  },
  {
    rule: "a rule on trial that asks a group that is not there",
    ...{ file: "rules/on-trial.cedar", find: '@approvers("ml-platform")', by: '<here>@approvers("nobody")' },
    says: "rule long-reads-need-ml-platform: @approvers: no group has the id nobody",
  },
  {
    rule: "an annotation that nobody knows",
    ...{ file: approvals, find: '@quorum("1")', by: '@quorum("1")\n<here>@aprovers("privacy")' },
    says: `${PRIVACY}: @aprovers: is not a known annotation`,
  },
];

const missing = (names: string) => `@approvers, @quorum and @stage belong together: ${names} missing`;
const obligations: Case[] = [
  {
    rule: "an obligation without a quorum",
    ...added(`<here>${HEAD}@approvers("privacy")\n@stage("1")\n${end} false };`),
    says: `rule x1: ${missing("@quorum")}`,
  },
  {
    rule: "a quorum of nobody in particular",
    ...added(`<here>${HEAD}@quorum("2")\n${end} principal.team == "x" };`),
    says: `rule x1: ${missing("@approvers and @stage")}`,
  },
  {
    rule: "a permit that asks for approvers",
    ...{
      file: routine,
      find: "permit (",
      by: '@quorum("1") @stage("1")\n<here>@approvers("privacy")\npermit (',
    },
    says: "rule read-at-home: @approvers: only a forbid can ask for approvers",
  },
  ...["0", "-1", "1.5", "one", "01", "+1", " 1", ""].map(
    (quorum): Case => ({
      rule: `a quorum of ${JSON.stringify(quorum)}`,
      ...{ file: approvals, find: '@quorum("1")', by: `<here>@quorum("${quorum}")` },
      says: `${PRIVACY}: @quorum: must be a whole number from 1`,
    }),
  ),
  {
    rule: "a stage of 0",
    ...{ file: approvals, find: '@stage("1")', by: '<here>@stage("0")' },
    says: `${PRIVACY}: @stage: must be a whole number from 1`,
  },
  {
    rule: "a stage above nine",
    ...{ file: approvals, find: '@stage("1")', by: '<here>@stage("10")' },
    says: `${PRIVACY}: @stage: Too big: expected number to be <=9`,
  },
  {
    rule: "a group that is not there",
    ...{ file: approvals, find: '@approvers("privacy")', by: '<here>@approvers("pryvacy")' },
    says: `${PRIVACY}: @approvers: no group has the id pryvacy`,
  },
  {
    rule: "a quorum that the group cannot give",
    ...{ file: approvals, find: '@quorum("1")', by: '<here>@quorum("3")' },
    says: `${PRIVACY}: @quorum: asks for 3 people of group privacy, which has 2`,
  },
];

const SPECIAL = "rule special-category-needs-privacy";
const GLASS = "rule break-glass-for-customer-care";
const DURATION = "must be a whole number of minutes, hours or days, like 15m, 4h or 2d";
const obliged = (rule: string, find: string, by: string, says: string): Case => ({
  ...{ rule, file: approvals, find, by: `<here>${by}` },
  says,
});
const demands: Case[] = [
  ...["4", "4 h", "1.5h", "h", "0h", "4w", "PT4H", "-4h", ""].map((within) =>
    obliged(
      `a deadline of ${JSON.stringify(within)}`,
      '@within("4h")',
      `@within("${within}")`,
      `${SPECIAL}: @within: ${DURATION}`,
    ),
  ),
  ...["4m", "8d", "9999d"].map((within) =>
    obliged(
      `a deadline of ${within}`,
      '@within("4h")',
      `@within("${within}")`,
      `${SPECIAL}: @within: must be from 5m to 7d`,
    ),
  ),
  obliged(
    "an escalation to nobody",
    '@escalate("security")',
    '@escalate("secruity")',
    `${SPECIAL}: @escalate: no group has the id secruity`,
  ),
  obliged(
    "an escalation to the group that is asked anyway",
    '@escalate("security")',
    '@escalate("privacy")',
    `${SPECIAL}: @escalate: must be another group than @approvers`,
  ),
  obliged(
    "an exclusion of something else than the team",
    '@exclude("team")',
    '@exclude("owner")',
    'rule special-category-needs-owner: @exclude: must be "team"',
  ),
  obliged(
    "an exclusion of a team that nobody knows",
    '@within("4h")',
    '@exclude("team")\n@within("4h")',
    `${SPECIAL}: @exclude: priya has no team in the catalogue, so nobody knows whether they are of the agent's`,
  ),
  {
    rule: "a channel that is not there",
    ...{ file: "rules/context.cedar", find: '@channel("signed")', by: '<here>@channel("mail")' },
    says: 'rule high-risk-needs-security-signed: @channel: must be "signed"',
  },
  obliged(
    "a signature from more people than can sign",
    '@within("4h")',
    '@channel("signed")\n@within("4h")',
    `${SPECIAL}: @channel: needs 2 of group privacy with a principal, which has 1`,
  ),
  {
    rule: "a deadline for nobody",
    ...added(`<here>${HEAD}@within("4h")\n${end} principal.team == "x" };`),
    says: `rule x1: ${missing("@approvers and @quorum and @stage")}`,
  },
];
const permits: Case[] = [
  ...["30", "half an hour", "30s", ""].map(
    (cap): Case => ({
      rule: `a window of ${JSON.stringify(cap)}`,
      ...{ file: routine, find: '@maxWindow("30m")', by: `<here>@maxWindow("${cap}")` },
      says: `rule read-at-home: @maxWindow: ${DURATION}`,
    }),
  ),
  {
    rule: "a window longer than any",
    ...{ file: routine, find: '@maxWindow("30m")', by: '<here>@maxWindow("13h")' },
    says: "rule read-at-home: @maxWindow: must be from 1m to 12h",
  },
  obliged(
    "a window of a forbid",
    '@stage("1")',
    '@maxWindow("15m")\n@stage("1")',
    `${PRIVACY}: @maxWindow: only a permit can let pass`,
  ),
  obliged(
    "a glass in a forbid",
    '@stage("1")',
    '@breakGlass("true")\n@stage("1")',
    `${PRIVACY}: @breakGlass: only a permit can let pass`,
  ),
  {
    rule: "a glass that is not quite there",
    ...{ file: "rules/break-glass.cedar", find: '@breakGlass("true")', by: '<here>@breakGlass("yes")' },
    says: `${GLASS}: @breakGlass: must be "true"`,
  },
  {
    rule: "a permit with a deadline",
    ...{ file: "rules/break-glass.cedar", find: '@maxWindow("15m")', by: '<here>@within("15m")' },
    says: `${GLASS}: @within: only a forbid can ask for approvers`,
  },
];

const withMore = (count: number, group: string): Case => {
  const more = Array.from(
    { length: count },
    (_, index) =>
      `\n  - id: person-${index}\n    name: Person ${index}\n    email: person-${index}@northwind.example\n    groups: [${group}]`,
  );
  const file = "catalogue/people.yaml";
  return { rule: "", file, find: "\npeople:", by: `\npeople:${more.join("")}`, says: [] };
};

it("refuses a rule that asks more people than one transaction can invite", () => {
  const tooMany = expect.stringContaining(
    "@approvers: asks 93 people of group privacy; at most 90 can be asked at once",
  );
  expect(sayOf(withMore(91, "privacy")).said).toEqual([tooMany, tooMany, tooMany]);
});

it("refuses two groups that an escalation would ask together, when they are too many", () => {
  expect(sayOf(withMore(86, "privacy")).said).toEqual([
    expect.stringContaining("@escalate: asks 91 people of both groups; at most 90 can be asked at once"),
  ]);
});

const IMPOSSIBLE = "policy is impossible: the policy expression evaluates to false for all valid requests";
const cedar: Case[] = [
  {
    rule: "text that is no rule",
    ...added("<here>permitt (principal, action, resource);"),
    says: "invalid policy effect: permitt (effect must be either `permit` or `forbid`)",
  },
  {
    rule: "an attribute that the schema does not have, also after letters of two bytes",
    ...{
      file: approvals,
      find: 'resource.tags.contains("pii")',
      by: `// ${"é".repeat(80)}\n  <here>resource.tag.contains("pii")`,
    },
    says: `${PRIVACY}: attribute \`tag\` on entity type \`Resource\` not found (did you mean \`tags\`?)`,
  },
  {
    rule: "a rule about approvals, which only annotations may speak of",
    ...added(
      `${HEAD}permit (principal, action == Action::"read", resource)\n<here>when { context.approvers.contains("maya") };`,
    ),
    says: 'rule x1: attribute `approvers` in context for Action::"read" not found (did you mean `numbers`?)',
  },
  {
    rule: "values of two types",
    ...added(`${HEAD}forbid (principal, action, resource) when {\n  <here>context.windowSeconds == "60"\n};`),
    says:
      "rule x1: the types Long and String are not compatible " +
      "(both operands to a `==` expression must have compatible types. Types must be exactly equal to be compatible)",
  },
  {
    rule: "a rule that can never apply",
    ...added(`<here>${HEAD}forbid (principal, action, resource) when { false };`),
    says: `rule x1: ${IMPOSSIBLE}`,
  },
  {
    rule: "a string that mixes scripts",
    ...added(`${HEAD}forbid (principal, action, resource) when {\n  <here>resource.kind == "s3-рrefix"\n};`),
    says: 'rule x1: string `"s3-рrefix"` contains mixed scripts',
  },
  {
    rule: "a template",
    ...added(`<here>${HEAD}forbid (principal == ?principal, action, resource);`),
    says: "templates (?principal, ?resource) are not allowed",
  },
  {
    rule: "an agent that is not there, so that a forbid would forbid nothing",
    ...{ file: approvals, find: 'Agent::"analytics-copilot"', by: '<here>Agent::"analytics-copliot"' },
    says: "rule analytics-personal-data-needs-owner: no agent has the id analytics-copliot",
  },
  {
    rule: "a team that is not there",
    ...added(`${HEAD}forbid (\n  <here>principal in Team::"finance",\n  action, resource);`),
    says: "rule x1: no team has the id finance",
  },
  {
    rule: "a role that nobody has",
    ...added(`${HEAD}forbid (\n  <here>principal in Role::"trainers",\n  action, resource);`),
    says: "rule x1: no role has the id trainers",
  },
  {
    rule: "a data set that is empty",
    ...added(`${HEAD}forbid (principal, action,\n  <here>resource in DataSet::"training"\n);`),
    says: "rule x1: no data set has the id training",
  },
  {
    rule: "an environment that is not there, in a condition",
    ...added(
      `${HEAD}forbid (principal, action, resource) when {\n  <here>resource in Environment::"prod"\n};`,
    ),
    says: "rule x1: no environment has the id prod",
  },
  {
    rule: "a resource that is not there, in a condition",
    ...added(`${HEAD}forbid (principal, action, resource) when {\n  <here>resource == Resource::"claim"\n};`),
    says: "rule x1: no resource has the id claim",
  },
];

describe.each([
  ["annotations", annotations],
  ["obligations", obligations],
  ["what obligations demand", demands],
  ["permits", permits],
  ["Cedar", cedar],
])("a broken rule fails with file, line and reason: %s", (_, cases) => {
  it.each(cases)("$rule", (broken) => {
    const { said, expected } = sayOf(broken);
    expect(said).toEqual(expected);
  });
});

it("refuses an @id that another file has, and says where", () => {
  const by = '@id("write-needs-ml-platform")';
  const { said } = sayOf({ rule: "", file: routine, find: '@id("write-at-home")', by, says: [] });
  expect(said).toEqual([
    expect.stringMatching(
      /^policy\/rules\/routine\.cedar:\d+: rule write-needs-ml-platform: @id: is already used at policy\/rules\/approvals\.cedar:\d+$/,
    ),
  ]);
});

const NO_PERMIT = "policy/rules:1: there is no permit, so every answer would be no";
/** What is said of an edited policy that lacks one more file. */
const saidWithout = (file: string, edit: Edit): string[] =>
  inCopy((dir) => {
    rmSync(join(dir, file));
    applyEdit(dir, edit);
    return problemsOf(() => loadAt(dir));
  });

describe("a broken schema or set of rules", () => {
  it("names the line of a type that is not there", () => {
    const { said, expected } = sayOf({
      ...{ rule: "", file: schema, find: "  kind: String,", by: "  // é\n  <here>kind: Strin," },
      says: "failed to resolve type: Strin (`Strin` has not been declared as a common or entity type)",
    });
    expect(said).toEqual(expected);
  });

  it.each([
    ["lacks an access", "action read, list, write", "action read, write"],
    ["wants a fact that no ask has", "  masked: Bool,", "  masked: Bool,\n  approvals: Long,"],
    ["wants an attribute that no resource has", "  kind: String,", "  kind: String,\n  region: String,"],
  ])("refuses a schema that %s, since every answer would be no", (_, find, by) => {
    const { said } = sayOf({ rule: "", file: schema, find, by, says: [] });
    expect(said).not.toEqual([]);
    expect(said[0]).toMatch(/^policy\/(schema\.cedarschema:1|rules\/(on-trial|routine)\.cedar:\d+): /);
  });

  it("refuses rules of which only a broken glass permits anything", () => {
    const by = '@id("only")\n@reason("y")\n@breakGlass("true")\npermit (principal, action, resource);\n';
    expect(saidWithout("rules/actions.cedar", { file: routine, by })).toEqual([NO_PERMIT]);
  });

  it("refuses rules of which only one on trial permits anything", () => {
    const by = '@id("only")\n@reason("y")\n@shadow\npermit (principal, action, resource);\n';
    expect(saidWithout("rules/actions.cedar", { file: routine, by })).toEqual([NO_PERMIT]);
  });

  it("refuses rules that permit nothing", () => {
    expect(saidWithout("rules/actions.cedar", { file: routine, by: "// nothing\n" })).toEqual([NO_PERMIT]);
  });
});

describe("rules that are unusual and right", () => {
  it("keeps more than ten rules in the file's order", () => {
    const ids = Array.from({ length: 12 }, (_, index) => `r${index}`);
    const by = ids.map((id) => `@id("${id}") @reason("y") permit (principal, action, resource);`).join("\n");
    const { rules } = loadEdited({ file: "rules/aaa.cedar", by });
    expect(rules.slice(0, 12).map(({ id }) => id)).toEqual(ids);
  });

  it("ends a comment where Cedar does: at a carriage return, too", () => {
    expect(blankComments("// a; \rforbid // b\r\n;")).toBe("      \rforbid     \r\n;");
  });

  it("finds a rule behind a comment that quotes it, and one inside strings", () => {
    const text =
      '@id("q1")\n@reason("say // permit; \\"yes\\"")\npermit (principal, action, resource); // end';
    const { rules } = loadEdited({
      file: "rules/aaa.cedar",
      by: `// ${text.replaceAll("\n", " ")}\n${text}`,
    });
    expect(rules[0]).toMatchObject({ id: "q1", reason: 'say // permit; "yes"', effect: "permit" });
  });
});
