import * as z from "zod";
import type { Agent, Subject } from "../catalogue.ts";
import type { SubjectAccess } from "../kinds/names.ts";
import type { Scope } from "../kinds/registry.ts";

/**
 * Facts of an ask that rules may use as `context`, taken once, when asked, stored with the decision and used again at the
 * click and at activation (I-11). Names and types as in `policy/schema.cedarschema`. Clock facts are of the window's
 * start, in the zone that `policy/risk.yaml` names. A grant that was asked before a fact was recorded has the value that
 * lets rules ask for more, never for less.
 */
export const askContext = z.strictObject({
  windowSeconds: z.int(),
  /** True when the ask names no narrower part of the resource. */
  wholeResource: z.boolean(),
  masked: z.boolean(),
  /** 0 to 100. */
  risk: z.int().min(0).max(100).default(100),
  purposeGiven: z.boolean().default(false),
  ticketGiven: z.boolean().default(false),
  agentEnvironment: z.string().default(""),
  resourceEnvironment: z.string().default(""),
  /** 0 to 23, and 1 (Monday) to 7 (Sunday). */
  hour: z.int().min(0).max(23).default(0),
  weekday: z.int().min(1).max(7).default(7),
  workingHours: z.boolean().default(false),
  /** Grants of this agent that were not over when it asked, this one not counted. */
  openGrants: z.int().min(0).default(0),
  /** True when nothing on this resource was ever approved for this agent. */
  firstUse: z.boolean().default(true),
  /** What the agent says it runs on; absent when it does not say. */
  model: z.string().optional(),
  /** True when `model` differs from the one at the last approval of this agent on this resource. */
  modelChanged: z.boolean().default(true),
  /** What this agent was granted of this resource today and yesterday (UTC), this ask not counted. */
  recentGrants: z.int().min(0).default(0),
  recentWindowSeconds: z.int().min(0).default(0),
  breakGlass: z.boolean().default(false),
  /** True while a break-glass review of this agent waits to be closed. */
  openReview: z.boolean().default(false),
  /** Of an action: ids of its type's triggers that fire on the parameters. */
  triggers: z.array(z.string()).default([]),
  /** Of an action: the parameters by path, as `flatParameters` has them. */
  parameters: z
    .strictObject({
      numbers: z.record(z.string(), z.int()),
      texts: z.record(z.string(), z.string()),
      flags: z.record(z.string(), z.boolean()),
    })
    .optional(),
});
export type AskContext = z.infer<typeof askContext>;

/** What this agent has had before, as the table says when it asks. */
export type Standing = Pick<
  AskContext,
  "openGrants" | "firstUse" | "recentGrants" | "recentWindowSeconds" | "openReview"
> & {
  /** The model at the last approval of this agent on this resource. */
  lastModel?: string | undefined;
};

/** An ask as the context is made from it: what was asked, when its window starts (epoch ms), and the agent's standing. */
export type AskFacts = Pick<
  AskContext,
  "windowSeconds" | "wholeResource" | "masked" | "purposeGiven" | "ticketGiven" | "breakGlass" | "model"
> &
  Partial<Pick<AskContext, "triggers" | "parameters">> & { startsAt: number; standing: Standing };

/** A checked ask with all that is known of it; `at` is epoch ms now, when people are looked up. */
export type AskInput = {
  agent: Agent;
  resource: Subject;
  access: SubjectAccess;
  scope?: Scope | undefined;
  facts: AskFacts;
  at: number;
};

/** The standing of an agent that has never asked. */
export const NEWCOMER: Standing = {
  openGrants: 0,
  firstUse: true,
  recentGrants: 0,
  recentWindowSeconds: 0,
  openReview: false,
};
