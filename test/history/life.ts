import type { Agent, Resource } from "./cast.ts";

export type Word = {
  person: string;
  team?: string;
  stage: number;
  at: number;
  /** When the stage was first asked by mail, if it was; and the grant's move before this one. */
  askedAt: number | undefined;
  movedBefore: number;
};
type Claim = { attempt: number; at: number; done: boolean };
/** One call with a session, as CloudTrail tells it. */
export type Call = {
  id: string;
  at: number;
  attempt: number;
  action: string;
  readOnly: boolean;
  key?: string;
  bucket?: string;
  arn?: string | undefined;
  error?: string;
};

/** What really happened to a grant, in epoch milliseconds: what the answers are made from, beside the events. */
export type Life = {
  id: string;
  agent: Agent;
  resource: Resource;
  access: "read" | "write" | "list";
  scope?: string;
  windowSeconds: number;
  purpose: string;
  ticket?: string;
  onBehalfOf?: string;
  breakGlass?: boolean;
  extends?: string;
  decision: "allow" | "needs_approval" | "deny";
  rules: string;
  policyVersion: string;
  plan: { stage: number; group: string; quorum: number }[];
  askedAt: number;
  status: string;
  words: Word[];
  claims: Claim[];
  lost: { at: number; attempt: number; code: string }[];
  startsAt?: number;
  endsAt?: number;
  activatedAt?: number;
  sessions: { at: number; name: string }[];
  collects: number;
  stoppedAt?: number;
  /** Also the code of a stop that is not proven yet. */
  closingCode?: string;
  closingReason?: string;
  closedAt?: number;
  proof?: "probed" | "expired";
  lockdown?: string;
  /** Released to end by itself, and stopped after all. */
  sessionDenied?: { at: number; lockdown?: string };
  review?: { rule: string; skipped: string; closedAt?: number; by?: string; finding?: string };
  calls: Call[];
  /** `missing`: it was lost on the way to the record, which is what gaps are. */
  moves: {
    type: string;
    at: number;
    status: string;
    by: string;
    hash: string;
    code?: string;
    proof?: string;
    missing?: boolean;
  }[];
};

/** When access ended, where there was any. */
export const accessUntil = (life: Life): number | undefined => {
  if (life.activatedAt === undefined || life.endsAt === undefined) return undefined;
  return life.status === "REVOKED" ? Math.min(life.closedAt ?? life.endsAt, life.endsAt) : life.endsAt;
};
export const approversOf = (life: Life): string[] =>
  [...new Set(life.words.map(({ person }) => person))].sort();
