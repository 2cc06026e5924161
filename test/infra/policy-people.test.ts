import { describe, expect, it } from "vitest";
import { type Case, type Edit, loadEdited, sayOf } from "./policy-folder.ts";

const agents = "catalogue/agents.yaml";
const people = "catalogue/people.yaml";
const FINETUNE = '"arn:aws:iam::{account}:user/latchkey-example-finetune-pipeline"';
const INDEXER = '["arn:aws:iam::{account}:user/latchkey-example-rag-indexer"]';
const PRIYA = "principal: arn:aws:iam::{account}:user/latchkey-example-priya";
const INGRID = "principal: arn:aws:iam::{account}:user/latchkey-example-ingrid";

const identities: Case[] = [
  {
    rule: "two agents with one id",
    ...{ file: agents, find: "id: rag-indexer", by: "<here>id: finetune-pipeline" },
    says: "agents[1].id: is already the id of agents[0]",
  },
  {
    rule: "two agents with one key",
    ...{ file: agents, find: "key: rag-indexer", by: "<here>key: finetune" },
    says: "agents[1].key: is already the key of agents[0]",
  },
  {
    rule: "an owner who is nobody",
    ...{ file: agents, find: "owner: maya", by: "<here>owner: mia" },
    says: "agents[0].owner: no person has the id mia",
  },
  {
    rule: "two people with one id",
    ...{ file: people, find: "id: tomas", by: "<here>id: priya" },
    says: "people[1].id: is already the id of people[0]",
  },
  {
    rule: "a group that is not there",
    ...{ file: people, find: "groups: [compliance]", by: "<here>groups: [complience]" },
    says: "people[7].groups[0]: no group has the id complience",
  },
  {
    rule: "a group with a name of every object",
    ...{ file: people, find: "groups: [compliance]", by: "<here>groups: [constructor]" },
    says: "people[7].groups[0]: no group has the id constructor",
  },
  ...[
    "priya.raman@northwind.example",
    "Priya.Raman@Northwind.EXAMPLE",
    "priya.raman+two@northwind.example",
  ].map(
    (address): Case => ({
      rule: `two people with one mailbox: ${address}`,
      ...{ file: people, find: "email: tomas.herrera@northwind.example", by: `<here>email: ${address}` },
      says: "people[1].email: is the same mailbox as people[0].email",
    }),
  ),
];

const principals: Case[] = [
  {
    rule: "two agents with one identity",
    ...{ file: agents, find: INDEXER, by: `<here>[${FINETUNE}]` },
    says: "agents[1].principals[0]: is the same identity as agents[0].principals[0]",
  },
  {
    rule: "two people with one identity",
    ...{ file: people, find: INGRID, by: `<here>${PRIYA}` },
    says: "people[2].principal: is the same identity as people[0].principal",
  },
  {
    rule: "an agent that is a person too",
    ...{ file: people, find: PRIYA, by: `<here>principal: ${FINETUNE}` },
    says: "people[0].principal: is the same identity as agents[0].principals[0]",
  },
  {
    rule: "one identity in another case and under a path, which IAM does not tell apart",
    ...{
      file: people,
      find: INGRID,
      by: `<here>${PRIYA.replace("user/latchkey-example-p", "user/x/latchkey-example-P")}`,
    },
    says: "people[2].principal: is the same identity as people[0].principal",
  },
  {
    rule: "one identity, once {account} is the account that another is written with",
    ...{ file: people, find: INGRID, by: `<here>${PRIYA.replace("{account}", "111122223333")}` },
    says:
      "people[2].principal: is the same identity as people[0].principal " +
      "when Latchkey is deployed to account 111122223333, region xx-nowherest-9",
  },
  {
    rule: "a person on a role whose sessions anybody names",
    ...{ file: people, find: PRIYA, by: "<here>principal: arn:aws:iam::{account}:role/data-office" },
    says: "people[0].principal: must be an IAM user or an AWSReservedSSO_ role: other roles do not tell people apart",
  },
  {
    rule: "a role that only looks like one of the identity centre",
    ...{
      file: people,
      find: PRIYA,
      by: "<here>principal: arn:aws:iam::{account}:role/x/AWSReservedSSO_Office_1",
    },
    says: "people[0].principal: must be an IAM user or an AWSReservedSSO_ role: other roles do not tell people apart",
  },
  {
    rule: "an agent that is Latchkey itself",
    ...{
      file: agents,
      find: INDEXER,
      by: '<here>["arn:aws:iam::{account}:role/latchkey-access-staging-data"]',
    },
    says: "agents[1].principals[0]: must not be one of Latchkey's own identities",
  },
];

describe("wrong agents and people fail with file, line and reason", () => {
  it.each([...identities, ...principals])("$rule", (broken) => {
    const { said, expected } = sayOf(broken);
    expect(said).toEqual(expected);
  });
});

const sound: Record<string, Edit> = {
  "a person on a role of the identity centre, under its path": {
    ...{ file: people, find: PRIYA },
    by: "principal: arn:aws:iam::{account}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Office_0a1b",
  },
  "the same name in two accounts that are both written out": {
    ...{ file: agents, find: `[${FINETUNE}]` },
    by: '["arn:aws:iam::111122223333:role/job", "arn:aws:iam::444455556666:role/job"]',
  },
};
describe("agents and people that are unusual and right", () => {
  it.each(Object.entries(sound))("%s", (_, edit) => {
    expect(() => loadEdited(edit)).not.toThrow();
  });
});
