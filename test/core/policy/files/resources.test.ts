import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applyEdit, type Case, type Edit, inCopy, loadAt, loadEdited, problemsOf, sayOf } from "./edited.ts";

const resources = "catalogue/resources.yaml";
const SUPPORT = "arn: arn:aws:s3:::latchkey-example-training-{account}/support/*";
const MANIFESTS = "arn: arn:aws:s3:::latchkey-example-training-{account}/manifests/*";
const FEATURES = "arn: arn:aws:dynamodb:{region}:{account}:table/latchkey-example-features";

const arnIs = (rule: string, arn: string, says: string): Case => ({
  ...{ rule, file: resources, find: SUPPORT, by: `<here>arn: ${arn}` },
  says: `resources[0].arn: ${says}`,
});
const tableIs = (rule: string, arn: string, says: string): Case => ({
  ...{ rule, file: resources, find: FEATURES, by: `<here>arn: ${arn}` },
  says: `resources[2].arn: ${says}`,
});
const WILD = "must have no wildcard but one /* at the end";
const OWN = "must not be one of Latchkey's own resources";
const LONG = "x".repeat(800);

const things: Case[] = [
  {
    rule: "two resources with one id",
    ...{ file: resources, find: "id: training-manifests", by: "<here>id: support-conversations" },
    says: "resources[1].id: is already the id of resources[0]",
  },
  {
    rule: "an owner group that is not there",
    ...{ file: resources, find: "ownerGroup: ml-platform", by: "<here>ownerGroup: ml" },
    says: "resources[0].ownerGroup: no group has the id ml",
  },
  arnIs(
    "an ARN of another kind",
    "arn:aws:dynamodb:{region}:{account}:table/x-table",
    "is not the ARN of kind s3-prefix",
  ),
  arnIs("a prefix without its end", "arn:aws:s3:::bucket/support/", "is not the ARN of kind s3-prefix"),
  arnIs("any bucket", "arn:aws:s3:::bucket-*/support/*", WILD),
  arnIs("any folder", "arn:aws:s3:::bucket/*/support/*", WILD),
  arnIs("a prefix without a slash before its end", "arn:aws:s3:::bucket/support*", WILD),
  arnIs("a question mark", "arn:aws:s3:::bucket/suppor?/*", WILD),
  arnIs("a policy variable", "arn:aws:s3:::bucket/$(aws:username)/*", WILD),
  arnIs(
    "an unknown placeholder",
    "arn:aws:s3:::bucket-{acount}/a/*",
    "may have no other placeholders than {account} and {region}",
  ),
  arnIs(
    "a name too long once filled in",
    `arn:aws:s3:::${"b".repeat(54)}{account}/a/*`,
    "is not the ARN of kind s3-prefix",
  ),
  arnIs("the audit bucket", "arn:aws:s3:::latchkey-audit-{account}/events/*", OWN),
  arnIs("a bucket that CDK named for Latchkey", "arn:aws:s3:::latchkeyaudit-bucket1/events/*", OWN),
  tableIs("any table", "arn:aws:dynamodb:{region}:{account}:table/*", "must have no wildcard"),
  tableIs(
    "a table's index",
    "arn:aws:dynamodb:{region}:{account}:table/x-table/index/a",
    "is not the ARN of kind dynamodb-table",
  ),
  tableIs("Latchkey's table", "arn:aws:dynamodb:{region}:{account}:table/latchkey-grants", OWN),
  tableIs(
    "a table that CDK named for Latchkey",
    "arn:aws:dynamodb:{region}:{account}:table/LatchkeyBroker-T",
    OWN,
  ),
  {
    rule: "Latchkey's key",
    ...{
      file: resources,
      find: SUPPORT,
      by: "<here>arn: arn:aws:kms:{region}:{account}:alias/latchkey-audit",
    },
    says: "resources[0].arn: is not the ARN of kind s3-prefix",
  },
  {
    rule: "an access role in another account that no resource has",
    ...{ file: resources, find: "resources:\n" },
    by: `accessRoles:\n  - id: <here>training-dta\n    account: "210987654321"\nresources:\n`,
    says: "accessRoles[0].id: is the accessRole of no resource",
  },
  {
    rule: "one access role in two accounts",
    ...{ file: resources, find: "resources:\n" },
    by: `accessRoles:\n  - id: training-data\n    account: "210987654321"\n  - id: <here>training-data\n    account: "321098765432"\nresources:\n`,
    says: "accessRoles[1].id: is already the id of accessRoles[0]",
  },
  {
    rule: "an access that the kind does not offer",
    ...{ file: resources, find: "accesses: [read, write]", by: "<here>accesses: [read, list]" },
    says: "resources[2].accesses[1]: kind dynamodb-table does not offer list",
  },
  {
    rule: "two names for the same objects",
    ...{ file: resources, find: MANIFESTS, by: `<here>${SUPPORT}` },
    says: "resources[1].arn: is the same as resources[0].arn",
  },
  {
    rule: "two names for the same table, written differently",
    ...{
      file: resources,
      find: "arn: arn:aws:dynamodb:{region}:{account}:table/latchkey-example-prompts",
      by: `<here>${FEATURES.replace("{region}:{account}", "eu-west-1:111122223333")}`,
    },
    says:
      "resources[5].arn: is the same as resources[2].arn " +
      "when Latchkey is deployed to account 111122223333, region eu-west-1",
  },
];

// A part of the corpus, the only resource that names parts.
const CORPUS = "scope: { prefix: wordings/ }";
const partIs = (rule: string, by: string, says: string): Case => ({
  ...{ rule, file: resources, find: CORPUS, by: `<here>${by}` },
  says: `resources[3].subScopes[1].scope: ${says}`,
});
const parts: Case[] = [
  {
    rule: "two parts with one id",
    ...{ file: resources, find: "- id: wordings", by: "- <here>id: handbook" },
    says: "resources[3].subScopes[1].id: is already the id of subScopes[0]",
  },
  partIs(
    "a scope of another kind",
    "scope: { leadingKeys: [a] }",
    'is no scope of kind s3-prefix: Unrecognized key: "leadingKeys"',
  ),
  partIs(
    "a wildcard",
    'scope: { prefix: "w*" }',
    "is no scope of kind s3-prefix: prefix: has a character that is not allowed (no *, ?, $, %, \\ or control characters)",
  ),
  partIs("nothing at all", "scope: {}", "is no scope of kind s3-prefix: must name either a prefix or keys"),
  partIs(
    "more than a session policy holds",
    `scope: { keys: [${Array.from({ length: 10 }, (_, index) => `${"k".repeat(200)}${index}`).join(", ")}] }`,
    "its session policy has more than 2048 characters",
  ),
];

// What a kind must know beside the ARN: of the table for Athena, the fifteenth resource.
const settingIs = (rule: string, find: string, by: string, says: string | string[]): Case => ({
  ...{ rule, file: resources, find, by: by.includes("<here>") ? by : `<here>${by}` },
  says: [says].flat().map((each) => `resources[15].settings${each}`),
});
const LOCATION = "location: arn:aws:s3:::latchkey-example-warehouse-{account}/claims_by_month/*";
const WORKGROUP = "workgroup: northwind-agents";
const RESULTS = "results: arn:aws:s3:::latchkey-example-results-{account}/agents/*";
const PREFIX = "must be the ARN of a prefix: arn:aws:s3:::bucket/prefix/*";
const settings: Case[] = [
  settingIs(
    "settings that are of no use to the kind",
    WORKGROUP,
    `<here>group: x\n      ${WORKGROUP}`,
    ".group: is not a known field",
  ),
  settingIs(
    "a setting of the wrong form",
    LOCATION,
    "location: s3://warehouse/claims/",
    `.location: ${PREFIX}`,
  ),
  settingIs("a whole bucket", LOCATION, "location: arn:aws:s3:::warehouse/*", `.location: ${PREFIX}`),
  settingIs("any workgroup", WORKGROUP, 'workgroup: "*"', ".workgroup: must be the name of a workgroup"),
  settingIs(
    "an unknown placeholder in a setting",
    RESULTS,
    "results: arn:aws:s3:::results-{grant}/agents/*",
    ".results: may have no other placeholders than {account} and {region}",
  ),
  settingIs(
    "Latchkey's own workgroup",
    WORKGROUP,
    "workgroup: latchkey",
    ".workgroup: must not be one of Latchkey's own resources",
  ),
  settingIs(
    "Latchkey's own bucket for results",
    RESULTS,
    "results: arn:aws:s3:::latchkey-audit-x/agents/*",
    ".results: must not be one of Latchkey's own resources",
  ),
];

describe("wrong resources fail with file, line and reason", () => {
  it.each([...things, ...parts, ...settings])("$rule", (broken) => {
    const { said, expected } = sayOf(broken);
    expect(said).toEqual(expected);
  });
});

it("refuses a resource whose widest session policy leaves too little room for scopes", () => {
  const by = `arn: arn:aws:s3:::bucket/${LONG}/*`;
  const { said } = sayOf({ rule: "", file: resources, find: SUPPORT, by, says: [] });
  expect(said).toEqual([
    expect.stringMatching(
      /^policy\/catalogue\/resources\.yaml:18: resources\[0\]\.accesses\[0\]: the session policy has \d{4} characters, more than 1700: shorten the ARN$/,
    ),
  ]);
});

// The lines that follow a resource's ARN in the file.
const AS_MANIFESTS = "\n    environment: training\n    classification: internal\n    tags: [manifests]";
const AS_CONVERSATIONS = `${AS_MANIFESTS.replace("manifests", "conversations")}\n    dataSet: training-data`;

it("refuses a resource that would open another one's data, to which other rules apply", () => {
  const by = SUPPORT.replace("support", "support/summaries");
  const { said } = sayOf({ rule: "", file: resources, find: MANIFESTS, by, says: [] });
  expect(said).toEqual([
    "policy/catalogue/resources.yaml:10: resources[0].arn: holds resources[1], whose environment, classification, tags, data set or owner differ: split it",
  ]);
});

describe("a resource inside another one, which is just as sensitive", () => {
  const inSupport = `${SUPPORT.replace("support", "support/summaries")}${AS_CONVERSATIONS}`;
  const within = (rules: string) =>
    inCopy((dir) => {
      applyEdit(dir, { file: resources, find: `${MANIFESTS}${AS_MANIFESTS}`, by: inSupport });
      const file = "rules/approvals.cedar";
      const text = readFileSync(join(dir, file), "utf8");
      applyEdit(dir, { file, by: `${text}\n${rules}` });
      return problemsOf(() => loadAt(dir)).filter((line) => line.includes("holds"));
    });
  const rule = (when: string) =>
    `@id("summaries") @reason("x") @approvers("privacy") @quorum("1") @stage("1")\nforbid (principal, action, resource) when { ${when} };`;

  it("is refused when a rule names one of them: the other is not under that rule (I-03)", () => {
    expect(within(rule('resource == Resource::"training-manifests"'))).toEqual([
      "policy/catalogue/resources.yaml:10: resources[0].arn: holds resources[1], which rules tell apart by name: split it",
    ]);
    expect(within(rule('resource == Resource::"claims"'))).toEqual([]);
  });

  it("may be of the same kind when rules go by kinds, and not of another (I-03)", () => {
    const byKind = rule('resource.kind == "s3-prefix"');
    expect(within(byKind)).toEqual([]);
    const said = inCopy((dir) => {
      const inDocs = LOCATION.replace("warehouse-{account}/", "production-{account}/docs/");
      applyEdit(dir, { file: resources, find: LOCATION, by: inDocs });
      applyEdit(dir, { file: resources, find: "tags: [claims]", by: "tags: [documents]" });
      const none = problemsOf(() => loadAt(dir)).filter((line) => line.includes("holds"));
      expect(none).toEqual([]);
      const text = readFileSync(join(dir, "rules/approvals.cedar"), "utf8");
      applyEdit(dir, { file: "rules/approvals.cedar", by: `${text}\n${byKind}` });
      return problemsOf(() => loadAt(dir)).filter((line) => line.includes("holds"));
    });
    expect(said).toEqual([
      expect.stringMatching(
        "resources\\[9\\].arn: holds resources\\[15\\], which rules tell apart by kind: split it",
      ),
    ]);
  });
});

it("refuses a resource that would open another one's data where Latchkey may be deployed to (I-03)", () => {
  const find = MANIFESTS;
  const by = SUPPORT.replace("{account}/support", "111122223333/support/summaries");
  const { said } = sayOf({ rule: "", file: resources, find, by, says: [] });
  expect(said).toEqual([
    "policy/catalogue/resources.yaml:10: resources[0].arn: holds resources[1] when Latchkey is deployed to account 111122223333, region xx-nowherest-9, whose environment, classification, tags, data set or owner differ: split it",
  ]);
});

describe("the data of a table for Athena", () => {
  const HOLDS = "whose environment, classification, tags, data set or owner differ: split it";
  const said = (find: string, by: string) => sayOf({ rule: "", file: resources, find, by, says: [] }).said;

  it("may not lie where another resource reads them more easily, or it theirs", () => {
    const inDocs = LOCATION.replace("warehouse-{account}/", "production-{account}/docs/");
    expect(said(LOCATION, inDocs)).toEqual([
      expect.stringMatching(`resources\\[9\\].arn: holds resources\\[15\\], ${HOLDS}`),
    ]);
    const overClaims = LOCATION.replace("warehouse-{account}/claims_by_month", "production-{account}/claims");
    expect(said(LOCATION, overClaims).join()).toContain(`resources[15].arn: holds resources[6], ${HOLDS}`);
  });

  it("may not have its results kept where another resource is read", () => {
    const inDocs = RESULTS.replace("results-{account}/agents", "production-{account}/docs/results");
    expect(said(RESULTS, inDocs)).toEqual([
      expect.stringMatching(`resources\\[9\\].arn: holds resources\\[15\\], ${HOLDS}`),
    ]);
  });

  it("may share a place for results with another table: each grant has its own folder", () => {
    const two = "\n  - id: summariser";
    const another = `
  - id: claims-by-country
    kind: glue-table
    description: x
    arn: arn:aws:glue:{region}:{account}:table/northwind/claims_by_country
    settings:
      location: arn:aws:s3:::latchkey-example-warehouse-{account}/claims_by_country/*
      ${WORKGROUP}
      ${RESULTS}
    environment: production
    classification: restricted
    tags: [pii]
    ownerGroup: data-owners
    accessRole: production-warehouse
    maxWindowSeconds: 900
    accesses: [read]`;
    expect(() => loadEdited({ file: resources, find: two, by: `${another}${two}` })).not.toThrow();
  });

  it("cannot do without its settings", () => {
    const none = said(`settings:\n      ${LOCATION}\n      ${WORKGROUP}\n      ${RESULTS}\n    `, "");
    expect(none.map((line) => line.replace(/^.*?: /, "")).sort()).toEqual([
      "resources[15].settings.location: is required",
      "resources[15].settings.results: is required",
      "resources[15].settings.workgroup: is required",
    ]);
  });
});

const sound: Record<string, Edit> = {
  "a folder inside another resource's that is just as sensitive": {
    ...{ file: resources, find: `${MANIFESTS}${AS_MANIFESTS}` },
    by: `${SUPPORT.replace("support", "support/summaries")}${AS_CONVERSATIONS}`,
  },
};
describe("resources that are unusual and right", () => {
  it.each(Object.entries(sound))("%s", (_, edit) => {
    expect(() => loadEdited(edit)).not.toThrow();
  });
});
