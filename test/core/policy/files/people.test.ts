import { describe, expect, it } from "vitest";
import { applyEdit, type Case, type Edit, inCopy, loadAt, loadEdited, sayOf } from "./edited.ts";

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

const SSO =
  "principal: arn:aws:iam::{account}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Office_0a1b";
const TOMAS = "    email: tomas.herrera@northwind.example\n    groups: [privacy]";
const PRIYAS = `    groups: [privacy]\n    ${PRIYA}`;

/** Priya and Tomás on one role of the identity centre: what each line adds for Tomás. */
const onOneRole = (rule: string, more: { priya?: string; tomas: string }, says: string): Case => ({
  ...{ rule, file: people, find: `${PRIYAS}\n  - id: tomas\n    name: Tomás Herrera\n${TOMAS}` },
  by: `    groups: [privacy]\n    ${SSO}${more.priya ?? ""}\n  - id: tomas\n    name: Tomás Herrera\n${TOMAS}\n    <here>${SSO}${more.tomas}`,
  says,
});
const SAME =
  "people[1].principal: is the same role and session name as people[0].principal: give each a sessionName of their own";
const sessions: Case[] = [
  onOneRole(
    "two people on one role whose sessions have one name",
    { priya: "\n    sessionName: office", tomas: "\n    sessionName: office" },
    SAME,
  ),
  onOneRole(
    "a session name in another case",
    { priya: "\n    sessionName: office", tomas: "\n    sessionName: Office" },
    SAME,
  ),
  onOneRole(
    "a session name that is the other's address",
    { tomas: "\n    sessionName: priya.raman@northwind.example" },
    SAME,
  ),
  {
    rule: "a session name of a user",
    ...{ file: people, find: PRIYA, by: `${PRIYA}\n    <here>sessionName: priya` },
    says: "people[0].sessionName: is only for a principal that is a role",
  },
  {
    rule: "a session name of nobody in IAM",
    ...{ file: people, find: TOMAS, by: `${TOMAS}\n    <here>sessionName: tomas` },
    says: "people[1].sessionName: is only for a principal that is a role",
  },
];

const delegation = (from: string, to: string, starts: string, ends: string) =>
  `  - { from: ${from}, to: ${to}, starts: ${starts}, ends: ${ends} }`;
const delegated = (rule: string, lines: string[], says: string | string[]): Case => ({
  ...{ rule, file: people, find: "\npeople:", by: `\ndelegations:\n${lines.join("\n")}\n\npeople:` },
  says,
});
const [JAN, FEB, MAR] = ["2027-01-01", "2027-02-01", "2027-03-01"] as const;
const delegations: Case[] = [
  delegated(
    "a delegate who is not there",
    [`<here>${delegation("tomas", "thomas", JAN, FEB)}`],
    "delegations[0].to: no person has the id thomas",
  ),
  delegated(
    "somebody unknown who delegates",
    [`<here>${delegation("thomas", "tomas", JAN, FEB)}`],
    "delegations[0].from: no person has the id thomas",
  ),
  delegated(
    "days in the wrong order",
    [`<here>${delegation("tomas", "colin", FEB, JAN)}`],
    `delegations[0].ends: is before it starts, on ${FEB}`,
  ),
  delegated(
    "two delegates at once",
    [delegation("tomas", "colin", JAN, FEB), `<here>${delegation("tomas", "noor", FEB, MAR)}`],
    "delegations[1].from: has a delegate in delegations[0] on some of these days",
  ),
  delegated(
    "a delegate who is away themselves",
    [`<here>${delegation("tomas", "colin", JAN, MAR)}`, delegation("colin", "noor", FEB, MAR)],
    "delegations[0].to: is away in delegations[1] on some of these days: nothing is passed on",
  ),
];

it("refuses a delegation to oneself, once for each thing that is wrong with it", () => {
  const { said } = sayOf(delegated("", [delegation("tomas", "tomas", JAN, FEB)], []));
  expect(said).toEqual([expect.stringContaining("delegations[0].to: is who delegates")]);
});

describe("approvers whose mails others can read", () => {
  const warningsOf = (by: string, find: string) =>
    inCopy((dir) => {
      applyEdit(dir, { file: people, find, by });
      const said: string[] = [];
      loadAt(dir, (line) => said.push(line));
      return said;
    });

  it.each([
    ["shared", "several people"],
    ["agent-readable", "an agent"],
  ])("are warned of, and allowed: %s", (mailbox, readers) => {
    expect(warningsOf(`${TOMAS}\n    mailbox: ${mailbox}`, TOMAS)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^policy/catalogue/people.yaml:\\d+: people\\[1\\].mailbox: is an approver's, and ${readers} can read`,
        ),
      ),
    ]);
  });

  it("are warned of when they only stand in for an approver", () => {
    const colin = "    groups: [compliance]";
    const away = `\ndelegations:\n${delegation("tomas", "colin", JAN, FEB)}\n\npeople:`;
    const both = (dir: string) => {
      applyEdit(dir, { file: people, find: colin, by: `${colin}\n    mailbox: shared` });
      const before: string[] = [];
      loadAt(dir, (line) => before.push(line));
      applyEdit(dir, { file: people, find: "\npeople:", by: away });
      const after: string[] = [];
      loadAt(dir, (line) => after.push(line));
      return [before.length, after.length];
    };
    expect(inCopy(both)).toEqual([0, 1]);
  });
});

describe("wrong agents and people fail with file, line and reason", () => {
  it.each([...identities, ...principals, ...sessions, ...delegations])("$rule", (broken) => {
    const { said, expected } = sayOf(broken);
    expect(said).toEqual(expected);
  });
});

const sound: Record<string, Edit> = {
  "a person on a role of the identity centre, under its path": {
    ...{ file: people, find: PRIYA },
    by: "principal: arn:aws:iam::{account}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Office_0a1b",
  },
  "two people on one role, by their addresses": {
    ...{ file: people, find: onOneRole("", { tomas: "" }, "").find ?? "" },
    by: onOneRole("", { tomas: "" }, "").by.replace("<here>", ""),
  },
  "one delegate after the other": {
    ...{ file: people, find: "\npeople:" },
    by: `\ndelegations:\n${delegation("tomas", "colin", JAN, JAN)}\n${delegation("tomas", "noor", FEB, MAR)}\n\npeople:`,
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
