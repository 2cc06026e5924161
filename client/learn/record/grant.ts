import type { Actor } from "../../../functions/core/audit/event.ts";
import type { Scope } from "../../../functions/core/kinds/registry.ts";
import type { AskContext } from "../../../functions/core/policy/context.ts";
import type { Decision, ShadowNote } from "../../../functions/core/policy/decided.ts";

/** One move of a grant. Times in epoch ms. */
export type Move = {
  type: string;
  at: number;
  sequence: number;
  actor: Actor;
  stage?: number;
  group?: string;
  code?: string;
  reason?: string;
  people?: string[];
  attempt?: number;
  channel?: string;
  startsAt?: number;
  endsAt?: number;
};

/** A grant as the record tells it: what was asked, what policy decided, and its moves in order. Times in epoch ms. */
export type RecordedGrant = {
  id: string;
  agent: string;
  owner?: string;
  team?: string;
  resource: string;
  resourceArn: string;
  environment: string;
  access: string;
  scope?: Scope;
  masked: boolean;
  windowSeconds: number;
  purpose: string;
  task?: string;
  ticket?: string;
  onBehalfOf?: string;
  model?: string;
  askedAt: number;
  decision: Decision["outcome"];
  rules: string[];
  policyVersion: string;
  plan: { stage: number; group: string; quorum: number }[];
  capSeconds?: number;
  risk?: { score: number; factors: Record<string, number> };
  breakGlass: boolean;
  /** What policy saw; absent in events from before it was recorded. Facts that a later release added are absent in it. */
  context?: Partial<AskContext>;
  /** When the window was to start, where the ask said so and `context` is there. */
  requestedStart?: number;
  shadow?: ShadowNote[];
  moves: Move[];
};
