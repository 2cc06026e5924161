import * as z from "zod";
import { freeText } from "../text.ts";
import { askBody, grantView, outcomePart, redeemedPart } from "./schemas.ts";
import * as shown from "./shown.ts";

const { time } = shown;
const parameters = z
  .record(z.string(), z.json())
  .meta({ id: "ActionParameters", description: "As the action type's JSON Schema says." });
const parametersDigest = shown.digest.meta({
  description: "SHA-256 of the parameters as canonical JSON (RFC 8785).",
});

/** `POST /actions`. */
export const actionBody = z
  .strictObject({
    type: askBody.shape.resource.meta({ description: "Id of an action type of the catalogue." }),
    parameters,
    purpose: askBody.shape.purpose,
    task: askBody.shape.task,
    ticket: askBody.shape.ticket,
    onBehalfOf: askBody.shape.onBehalfOf,
    model: askBody.shape.model,
    clientId: askBody.shape.clientId,
    dryRun: askBody.shape.dryRun,
  })
  .meta({
    id: "ActionAsk",
    examples: [
      {
        type: "send-mass-mail",
        parameters: { template: "outage-apology", segment: "eu-customers", recipients: 4200 },
        purpose: "tell customers about Tuesday's outage",
      },
    ],
  });
export type ActionBody = z.infer<typeof actionBody>;

/**
 * An action as the API shows it: the grant that it is, and what an action has beside that. `permit` (a JWS, compact) only
 * for the agent that asked and while it is ACTIVE; `outcome` is `unknown` also when the permit was redeemed, its time is
 * over, and nobody has said what came of it.
 */
export const actionView = grantView
  .omit({ scope: true, masked: true, liveUntil: true, extends: true, extendedBy: true })
  .extend({
    type: shown.named,
    parameters,
    parametersDigest,
    audience: shown.named,
    performer: shown.named.optional(),
    permit: z
      .string()
      .max(4_096)
      .optional()
      .meta({ pattern: "^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$" }),
    redeemed: redeemedPart.optional(),
    outcome: outcomePart.optional(),
  })
  .meta({ id: "Action" });
export type ActionView = z.infer<typeof actionView>;

/** `POST /actions/{id}/redeem`, by the performing system: the permit, and the very parameters that it is about to use. */
export const redeemBody = z
  .strictObject({
    permit: z
      .string()
      .max(4_096)
      .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, "must be a JWS in compact form"),
    parameters,
  })
  .meta({ id: "Redemption" });
export type RedeemBody = z.infer<typeof redeemBody>;
export const redeemedView = z
  .strictObject({
    id: shown.id,
    redeemed: z.literal(true),
    type: shown.named,
    agent: shown.named,
    parametersDigest,
    at: time,
  })
  .meta({ id: "Redeemed" });
export type RedeemedView = z.infer<typeof redeemedView>;

/** `POST /actions/{id}/outcome`, by who redeemed: what came of it. `unknown` stays visible, and can be made good later. */
export const outcomeBody = z
  .strictObject({ result: outcomePart.shape.result, detail: freeText(500).optional() })
  .meta({ id: "ActionOutcome", examples: [{ result: "done", detail: "4200 mails queued" }] });
export type OutcomeBody = z.infer<typeof outcomeBody>;
