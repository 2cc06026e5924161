import * as z from "zod";
import { digestOf } from "../canonical.ts";
import { catalogueSchema } from "../catalogue.ts";
import { flagRule } from "../watch/rule.ts";
import { riskPolicy } from "./risk.ts";

/** What an annotated `forbid` demands: a yes from `quorum` people of a group, at a level. */
const obligation = z.strictObject({
  approvers: z.string().min(1),
  quorum: z.int().min(1).max(20),
  stage: z.int().min(1).max(9),
  /** Seconds until the stage lapses; absent is 24 hours. */
  within: z
    .int()
    .min(300)
    .max(7 * 86_400)
    .optional(),
  /** A second group, which may decide too once three quarters of the time are over. */
  escalateTo: z.string().min(1).optional(),
  /** People of the agent's own team do not count. */
  exclude: z.literal("team").optional(),
  /** Decidable only through the signed API. */
  channel: z.literal("signed").optional(),
});

const rule = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{1,63}$/),
  reason: z.string().min(1).max(300),
  effect: z.enum(["permit", "forbid"]),
  text: z.string().min(1),
  obligation: obligation.optional(),
  /** Of a permit: the longest window that it lets pass. Never taken from another rule (I-04). */
  maxWindowSeconds: z.int().min(60).max(43_200).optional(),
  /** Of a permit: when it applies to an ask with `breakGlass`, nobody is asked beforehand. It permits nothing by itself. */
  breakGlass: z.literal(true).optional(),
  /** On trial (`@shadow`): what it would do is noted with each decision, and it does nothing. */
  shadow: z.literal(true).optional(),
});
export type Rule = z.infer<typeof rule>;

/** Everything under `policy/` that decides, as one document that is embedded in the functions. */
export const policyBundle = z.strictObject({
  /** `sha256:<hex>` of the rest: the policy version that every decision records. */
  version: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  catalogue: catalogueSchema,
  cedarSchema: z.string().min(1),
  rules: z.array(rule).min(1),
  /** How risk is added up, and the zone and hours that clock facts go by. */
  risk: riskPolicy,
  /** What is looked for in what happens. None in a bundle of before there were any. */
  flags: z.array(flagRule).default([]),
});
export type PolicyBundle = z.infer<typeof policyBundle>;

/** Adds the content hash. The order of rules and of the catalogue's lists is part of the content. */
export function sealBundle(content: Omit<PolicyBundle, "version">): PolicyBundle {
  return { version: digestOf(content), ...content };
}
