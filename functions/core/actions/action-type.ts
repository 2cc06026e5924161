import * as z from "zod";
import type { Subject } from "../catalogue.ts";
import { classification, iamPrincipal, id } from "../catalogue-names.ts";
import { ACTION, PERFORM } from "../kinds/names.ts";

/** The audience of an action that the agent itself performs, once it is approved. */
export const AGENT_AUDIENCE = "agent";

/** A system that performs actions: it redeems permits under its own identity. */
export const performingSystem = z.strictObject({
  id: id.refine((name) => name !== AGENT_AUDIENCE, "is what the agent that asks is called"),
  name: z.string().min(1).max(80),
  principals: z.array(iamPrincipal).min(1),
});
export type PerformingSystem = z.infer<typeof performingSystem>;

/** What inside Latchkey can perform an action, exactly as approved: one folder of `functions/perform-action/` each. */
const performerNames = ["start-tuning", "delete-objects", "promote-model"] as const;
export type PerformerName = (typeof performerNames)[number];

/** A path into the parameters: names joined by dots. */
const path = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*$/, "must be names joined by dots");

/**
 * What makes an action weigh more: rules see the ids of those that fire as `context.triggers`. `over`: a number above it,
 * or a list or text that is longer. `is`: one of these values. A parameter that is absent fires nothing.
 */
const trigger = z
  .strictObject({
    id,
    parameter: path,
    over: z.number().optional(),
    is: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .min(1)
      .optional(),
    /** For people: "more than 100 recipients". */
    reason: z.string().min(1).max(200),
  })
  .refine(({ over, is }) => (over === undefined) !== (is === undefined), "must have either over or is");

/** One thing that an agent may ask to have done, once, with parameters that people see. */
export const actionType = z.strictObject({
  id,
  description: z.string().min(1).max(200),
  /** In the form of an ARN, for the record: `arn:aws:latchkey:{region}:{account}:action/<id>`. */
  arn: z
    .string()
    .regex(
      /^arn:[a-z-]+:latchkey:[^\s:]*:[^\s:]*:action\/[a-z][a-z0-9-]+$/,
      "must be arn:…:latchkey:…:action/<id>",
    ),
  environment: id,
  classification,
  tags: z.array(id),
  ownerGroup: id,
  /** Who redeems: a performing system's id, or `agent` for the agent that asked. */
  audience: id,
  /** What inside Latchkey performs it, if that: then nobody redeems. */
  performer: z.enum(performerNames).optional(),
  /** How far the performer may go for this type, each by name: its function's role may do that and no more. */
  limits: z.record(z.string(), z.array(z.string().min(1)).min(1)).optional(),
  reversible: z.boolean(),
  /** How long a permit is good for, in seconds. */
  permitSeconds: z.int().min(60).max(3_600),
  /** JSON Schema (2020-12) of the parameters: an object. Checked at synth. */
  parameters: z.record(z.string(), z.json()),
  /** Which parameters people are shown; absent: all. The digest binds all. */
  shown: z.array(path).optional(),
  triggers: z.array(trigger).optional(),
});
export type ActionType = z.infer<typeof actionType>;

/** The access role that actions are kept under in the table. No IAM role has this name: an action has no session. */
export const ACTIONS_ROLE = "actions";

/** An action type as policy, approvals and the record know it: a resource with one access. */
export function asResource(type: ActionType): Subject {
  const { audience, performer, reversible, shown, parameters } = type;
  const names = Object.keys((parameters.properties ?? {}) as Record<string, unknown>);
  return {
    id: type.id,
    kind: ACTION,
    description: type.description,
    arn: type.arn,
    settings: {
      audience,
      ...(performer ? { performer } : {}),
      shown: shown ?? names,
      reversible: reversible ? "yes" : "no",
    },
    environment: type.environment,
    classification: type.classification,
    tags: type.tags,
    ownerGroup: type.ownerGroup,
    accessRole: ACTIONS_ROLE,
    maxWindowSeconds: type.permitSeconds,
    accesses: [PERFORM],
    counterOffers: [],
  };
}
