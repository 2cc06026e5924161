import type { Actor } from "../../functions/core/audit/event.ts";

export type Agent = { id: string; key: string; owner: string; team: string };
export type Person = { id: string; team?: string };
export type Resource = {
  id: string;
  arn: string;
  environment: string;
  role: string;
  service: "s3" | "dynamodb" | "bedrock";
  capSeconds: number;
};

const TEAMS = ["ml-platform", "customer-care", "analytics"];
export const agents: readonly Agent[] = Array.from({ length: 9 }, (_, index) => ({
  id: `agent-${index}`,
  key: `a${index}`,
  owner: `owner-${index}`,
  team: TEAMS[index % 3] ?? "",
}));

/** Approvers: some of the agents' teams, some of none. Owners approve too, of others' agents. */
export const people: readonly Person[] = [
  { id: "priya" },
  { id: "tomas" },
  { id: "o'brien" },
  { id: "ingrid", team: "customer-data" },
  { id: "kwame", team: "analytics" },
  { id: "maya", team: "ml-platform" },
];

export const resources: readonly Resource[] = [
  { id: "claims", arn: "arn:aws:s3:::example-production/claims/*", role: "production-data" },
  { id: "support", arn: "arn:aws:s3:::example-training/support/*", role: "training-data" },
  { id: "whole-bucket", arn: "arn:aws:s3:::example-open/*", role: "training-data" },
  { id: "features", arn: "arn:aws:dynamodb:us-east-1:000000000000:table/features", role: "features" },
  { id: "model", arn: "arn:aws:bedrock:us-east-1::foundation-model/example.model-v1", role: "models" },
].map((resource, index) => ({
  ...resource,
  environment: index % 2 ? "training" : "production",
  service: resource.arn.split(":")[2] as Resource["service"],
  capSeconds: [3_600, 7_200, 1_800][index % 3] ?? 0,
}));

function named<T extends { id: string }>(list: readonly T[], id: string): T {
  const found = list.find((each) => each.id === id);
  if (!found) throw new Error(`the cast has no ${id}`);
  return found;
}
export const agentNamed = (id: string): Agent => named(agents, id);
export const resourceNamed = (id: string): Resource => named(resources, id);

export const BROKER: Actor = { type: "broker", id: "mint-credentials" };
export const agentActor = ({ id }: Agent): Actor => ({
  type: "agent",
  id,
  arn: `arn:aws:iam::000000000000:user/${id}`,
  requestId: `call-${id}`,
  sourceIp: "192.0.2.7",
});
export const personActor = (id: string): Actor => ({ type: "person", id });

/** What agents write where they may write, and how a column has it (I-53). None of it may change an answer, a row or a column. */
const HOSTILE_AS_KEPT: readonly (readonly [string, string])[] = [
  ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
  ["'; DROP TABLE events; --", "'; DROP TABLE events; --"],
  ['a "quoted", comma, and\nnew line', 'a "quoted", comma, and\\u{a}new line'],
  ["\u202Eevil\u200B", "\\u{202e}evil\\u{200b}"],
  ["{{from}} $1 $& ?", "{{from}} $1 $& ?"],
  ["two copies differ: nothing", "two copies differ: nothing"],
  ["tab\there \\N NULL", "tab\\u{9}here \\N NULL"],
  ["=justified()", "'=justified()"],
];
export const HOSTILE = HOSTILE_AS_KEPT.map(([written]) => written);
export const kept = (text: string | undefined): string | undefined =>
  HOSTILE_AS_KEPT.find(([written]) => written === text)?.[1] ?? text;
