import { describe, expect, it } from "vitest";
import { type Case, sayOf } from "./edited.ts";

const agents = "catalogue/agents.yaml";
const people = "catalogue/people.yaml";
const resources = "catalogue/resources.yaml";
const FINETUNE = '"arn:aws:iam::{account}:user/latchkey-example-finetune-pipeline"';
const SUPPORT = "arn: arn:aws:s3:::latchkey-example-training-{account}/support/*";

const shapes: Case[] = [
  {
    rule: "a value of the wrong form",
    ...{ file: agents, find: "key: finetune", by: "<here>key: Fine" },
    says: "agents[0].key: must be 2 to 24 lower-case letters, digits and hyphens",
  },
  {
    rule: "a field that is missing, at the item that lacks it",
    ...{ file: agents, find: "id: finetune-pipeline\n", by: "<here>nom: x\n" },
    says: ["agents[0].id: is required", "agents[0].nom: is not a known field"],
  },
  {
    rule: "a field that nobody knows, at its own line",
    ...{
      file: people,
      find: "    groups: [compliance]",
      by: "    groups: [compliance]\n    <here>boss: true",
    },
    says: "people[7].boss: is not a known field",
  },
  {
    rule: "an item of a list, at its own line",
    ...{
      file: people,
      find: "groups: [compliance]",
      by: "groups:\n      - compliance\n      <here>- Security",
    },
    says: "people[7].groups[1]: must be lower-case letters, digits and hyphens",
  },
  {
    rule: "a group's id of the wrong form",
    ...{ file: people, find: "  privacy: Data", by: "  <here>Privacy: x\n  privacy: Data" },
    says: "groups.Privacy: must be lower-case letters, digits and hyphens",
  },
  {
    rule: "an ARN that is none, once",
    ...{ file: resources, find: SUPPORT, by: "<here>arn: support" },
    says: "resources[0].arn: must be an ARN",
  },
  {
    rule: "a principal that is neither user nor role",
    ...{ file: agents, find: FINETUNE, by: '<here>"arn:aws:iam::{account}:root"' },
    says: "agents[0].principals[0]: must be the ARN of an IAM user or role",
  },
  {
    rule: "a window above 12 hours",
    ...{ file: resources, find: "maxWindowSeconds: 3600", by: "<here>maxWindowSeconds: 43201" },
    says: "resources[0].maxWindowSeconds: must be at most 43200",
  },
  {
    rule: "a list with nothing in it",
    ...{ file: agents, by: "<here>agents: []\n" },
    says: "agents: Too small: expected array to have >=1 items",
  },
  {
    rule: "an empty file",
    file: agents,
    by: "<here>",
    says: "Invalid input: expected object, received null",
  },
  {
    rule: "a key that is there twice",
    ...{ file: agents, find: "    key: finetune", by: "    key: tuning\n    <here>key: finetune" },
    says: "Map keys must be unique",
  },
  {
    rule: "an alias, which hides what a line says",
    ...{ file: agents, find: "    owner: luca", by: "    <here>owner: *who" },
    says: ["aliases are not allowed: write it out"],
  },
  {
    rule: "a tag",
    ...{ file: agents, find: "owner: maya", by: "<here>owner: !person maya" },
    says: "Unresolved tag: !person",
  },
  {
    rule: "a tag that YAML knows and its core schema does not",
    ...{ file: agents, find: "owner: maya", by: "<here>owner: !!set { maya }" },
    says: "Unresolved tag: tag:yaml.org,2002:set",
  },
  {
    rule: "another version of YAML, in which a yes is true and 010 is 8",
    ...{ file: agents, by: "<here>%YAML 1.1\n---\nagents: []\n" },
    says: "YAML 1.1 reads words and numbers otherwise: leave %YAML out",
  },
  {
    rule: "brackets without end, which no parser survives",
    ...{ file: agents, by: `agents:\n  <here>${"[".repeat(20_000)}${"]".repeat(20_000)}\n` },
    says: "it is nested too deep",
  },
  {
    rule: "lists without end",
    ...{ file: agents, by: `<here>${"- ".repeat(20_000)}\n` },
    says: "it is nested too deep",
  },
  {
    rule: "a second document in the file",
    ...{ file: agents, find: "  - id: rag-indexer", by: "<here>---\n  - id: rag-indexer" },
    says: "Source contains multiple documents; please use YAML.parseAllDocuments()",
  },
];

describe("a catalogue file of the wrong shape fails with file, line and reason", () => {
  it.each(shapes)("$rule", (broken) => {
    const { said, expected } = sayOf(broken);
    expect(said).toEqual(expected);
  });
});
