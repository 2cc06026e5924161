import type { AskContext } from "../../../functions/core/policy/context.ts";
import type { Alternative, Decision } from "../../../functions/core/policy/decided.ts";

/** Somebody's word on a stage. Times in epoch ms. */
export type Said = { person: string; at: number; comment?: string | undefined; signed: boolean };

/** A stage as it was asked for, whom it asked and what they said. */
export type StoryStage = {
  group: string;
  quorum: number;
  rule?: string | undefined;
  reason?: string | undefined;
  openedAt?: number | undefined;
  asked: string[];
  yes: Said[];
  no?: Said | undefined;
};

/** Something that was done to a grant, or came of it, after it was decided. */
type Happened = {
  at: number;
  type: string;
  by: string;
  code?: string | undefined;
  reason?: string | undefined;
};

/** A grant as it is told to people, whether by the broker's answer or by the record. */
export type Story = {
  id: string;
  source: "record" | "broker";
  ask: {
    agent: string;
    resource: string;
    access: string;
    scope?: Record<string, string | string[]> | undefined;
    masked: boolean;
    windowSeconds: number;
    purpose: string;
    task?: string | undefined;
    ticket?: string | undefined;
    onBehalfOf?: string | undefined;
    model?: string | undefined;
    extends?: string | undefined;
    at?: number | undefined;
  };
  decision: {
    outcome: Decision["outcome"];
    policyVersion: string;
    /** A reason is absent where neither the record nor the policy at hand has it. */
    rules: { id: string; reason?: string | undefined }[];
    stages: StoryStage[];
    risk?:
      | {
          score: number;
          band?: string | undefined;
          factors: { name: string; points: number; detail?: string | undefined }[];
        }
      | undefined;
    /** The rule that let the glass be broken, where it is told, and whom that left unasked. */
    brokenGlass?: { rule?: string | undefined; skipped: { group: string; quorum: number }[] } | undefined;
    /** What policy saw; only the record tells it. */
    context?: Partial<AskContext> | undefined;
    alternatives: Alternative["change"][];
    /** What rules on trial were noted to say, each in a few words; where the asker may know. */
    onTrial: string[];
  };
  events: Happened[];
  status?: string | undefined;
  closing?: { code: string; detail?: string | undefined; by: string } | undefined;
};
