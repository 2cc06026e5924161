import * as z from "zod";
import { WINDOW_SECONDS } from "../catalogue.ts";
import { word } from "../grant/grant.ts";
import { grantId } from "../ids.ts";
import { accessNames, kindNames } from "../kinds/names.ts";
import { canonicalScope, kindSettings } from "../kinds/registry.ts";
import { lockdown, lockdownTarget } from "../lockdown.ts";
import { decision } from "../policy/decided.ts";
import { freeText, MAX_COMMENT } from "../text.ts";

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@#-]{0,127}$/, "must be 1 to 128 letters, digits or ._:/@#-");
const time = z.iso.datetime();

/** `POST /grants`. Agents never send IAM actions or policy JSON; a field that is not here is refused (I-21). */
export const askBody = z.strictObject({
  resource: z.string().min(1).max(64).meta({ description: "Id of a resource of the catalogue." }),
  access: z
    .string()
    .min(1)
    .max(32)
    .meta({ description: "What is to be done with it: read, list, write, as the catalogue offers." }),
  scope: z.record(z.string(), z.unknown()).optional().meta({
    description: "The narrower part, typed by the resource's kind. Absent means the whole resource.",
  }),
  windowSeconds: z
    .int("must be a whole number of seconds")
    .min(WINDOW_SECONDS.min, `must be at least ${WINDOW_SECONDS.min}`)
    .max(WINDOW_SECONDS.max, `must be at most ${WINDOW_SECONDS.max}`),
  startsAt: z.iso
    .datetime({ precision: 0, error: "must be ISO 8601 UTC in whole seconds, like 2026-11-21T09:30:00Z" })
    .optional()
    .meta({ description: "At most 7 days ahead. Absent: starts when approved." }),
  purpose: freeText(500),
  task: name.optional(),
  ticket: name.optional(),
  onBehalfOf: name.optional(),
  model: name.optional(),
  masked: z.boolean().optional().meta({ description: "Must be false or absent until masked reads exist." }),
  breakGlass: z.boolean().optional().meta({
    description: "An emergency: where a rule allows it, nobody is asked beforehand and the ask is reviewed.",
  }),
  clientId: name
    .optional()
    .meta({ description: "The same as the Idempotency-Key header, for clients that cannot set one." }),
  dryRun: z.boolean().optional().meta({ description: "Answer with the decision and write no grant." }),
});
export type AskBody = z.infer<typeof askBody>;

/** `POST /grants/{id}/extend`: the same again for a time of its own; what is left out is as it was. */
export const extendBody = z.strictObject({
  windowSeconds: askBody.shape.windowSeconds,
  purpose: askBody.shape.purpose.optional(),
  task: askBody.shape.task,
  ticket: askBody.shape.ticket,
  model: askBody.shape.model,
  clientId: askBody.shape.clientId,
});
export type ExtendBody = z.infer<typeof extendBody>;

export const errorBody = z
  .strictObject({
    error: z.strictObject({
      code: z.string(),
      message: z.string(),
      details: z.record(z.string(), z.unknown()).optional(),
    }),
  })
  .meta({ id: "Error" });

const planView = z.strictObject({
  stage: z.int(),
  rule: z.string(),
  reason: z.string(),
  group: z.string(),
  quorum: z.int(),
  within: z.int().optional().meta({ description: "Seconds until the stage lapses; absent is 24 hours." }),
  escalateTo: z.string().optional(),
  exclude: z.literal("team").optional(),
  channel: z.literal("signed").optional().meta({ description: "Decided only through the signed API." }),
  status: z.enum(["waiting", "open", "approved", "rejected"]),
  approved: z.array(word),
  rejected: word.optional().meta({ description: "Whose no ended the request." }),
  openedAt: time.optional(),
  escalateAt: time.optional(),
  decideBy: time.optional(),
});
const decisionView = decision.omit({ context: true }).extend({ plan: z.array(planView) });
export type DecisionView = z.infer<typeof decisionView>;

/** A grant as the API shows it. Times are absent where they have no meaning yet. */
export const grantView = z
  .strictObject({
    id: grantId,
    status: z.string(),
    agent: z.string(),
    resource: z.string(),
    access: z.string(),
    scope: canonicalScope.optional(),
    window: z.strictObject({ seconds: z.int(), startsAt: time.optional(), endsAt: time.optional() }),
    purpose: z.string(),
    task: z.string().optional(),
    ticket: z.string().optional(),
    onBehalfOf: z.string().optional(),
    model: z.string().optional(),
    masked: z.boolean(),
    digest: z.string(),
    decision: decisionView,
    closing: z.strictObject({ code: z.string(), detail: z.string().optional(), by: z.string() }).optional(),
    proof: z.string().optional(),
    extends: grantId.optional().meta({ description: "The grant that this one goes on from." }),
    extendedBy: grantId
      .optional()
      .meta({ description: "The grant that goes on from this one. Only where one grant is shown." }),
    liveUntil: time.optional().meta({
      description: "Released without a denial: until when what was collected still works at the latest.",
    }),
    retryAfterSeconds: z.int().optional(),
    timeline: z
      .array(
        z.strictObject({
          sequence: z.int().optional(),
          time,
          type: z.string(),
          by: z.string(),
          status: z.string().optional(),
          code: z.string().optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: "Grant" });
export type GrantView = z.infer<typeof grantView>;

export const dryRunView = z
  .strictObject({ dryRun: z.literal(true), decision: decisionView, digest: z.string() })
  .meta({ id: "DryRun" });
export const grantList = z
  .strictObject({ grants: z.array(grantView), cursor: z.string().optional() })
  .meta({ id: "GrantList" });

/** `POST /grants/{id}/decision`: the very stage and digest that were seen; who decides is who signed (I-07, I-21). */
export const decisionBody = z.strictObject({
  decision: z.enum(["approve", "reject"]),
  stage: z.int().min(1).max(99),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, "must be the digest of the grant"),
  comment: freeText(MAX_COMMENT).optional(),
});
export type DecisionBody = z.infer<typeof decisionBody>;
/** `POST /grants/{id}/review`. */
export const reviewBody = z.strictObject({
  comment: freeText(MAX_COMMENT).meta({
    description: "What was found: why it was right, or what follows from it.",
  }),
});
export type ReviewBody = z.infer<typeof reviewBody>;

/** Why somebody stops, or no longer stops: the body of `POST /grants/{id}/revoke`, the query of `DELETE /lockdowns/{id}`. */
export const whyStopped = z.strictObject({ reason: freeText(MAX_COMMENT) });
export type WhyStopped = z.infer<typeof whyStopped>;
/** `POST /lockdowns`. */
export const lockdownBody = z.strictObject({ target: lockdownTarget, reason: freeText(MAX_COMMENT) });
export type LockdownBody = z.infer<typeof lockdownBody>;

export const lockdownList = z.strictObject({ lockdowns: z.array(lockdown) }).meta({ id: "LockdownList" });
export const lockdownSetView = lockdown
  .extend({
    stopped: z.int().meta({ description: "How many grants this call ended." }),
    failed: z.array(grantId).meta({ description: "Grants that it could not end: sweep does, each minute." }),
    complete: z.boolean().meta({ description: "Whether everything that was live is ended." }),
  })
  .meta({ id: "LockdownSet" });
export type LockdownSetView = z.infer<typeof lockdownSetView>;
export const liftedView = z
  .strictObject({ id: grantId, lifted: z.literal(true), by: z.string(), at: time, reason: z.string() })
  .meta({ id: "LockdownLifted" });
export type LiftedView = z.infer<typeof liftedView>;

/** `POST /grants/{id}/credentials`: the format that `credential_process` wants. */
export const credentialsView = z
  .strictObject({
    Version: z.literal(1),
    AccessKeyId: z.string(),
    SecretAccessKey: z.string(),
    SessionToken: z.string(),
    Expiration: time,
  })
  .meta({ id: "Credentials" });
export type CredentialsView = z.infer<typeof credentialsView>;

export const catalogueView = z
  .strictObject({
    resources: z.array(
      z.strictObject({
        id: z.string(),
        kind: z.enum(kindNames),
        description: z.string(),
        arn: z.string(),
        settings: kindSettings.optional().meta({
          description: "What the kind needs beside the ARN, such as an Athena workgroup: see docs/kinds.md.",
        }),
        environment: z.string(),
        classification: z.string(),
        tags: z.array(z.string()),
        accesses: z.array(z.enum(accessNames)),
        maxWindowSeconds: z.int(),
        approval: z.enum(["none", "people", "never"]),
      }),
    ),
  })
  .meta({ id: "Catalogue" });
export type CatalogueView = z.infer<typeof catalogueView>;

/** `GET /.well-known/jwks.json`: RFC 7517, with each key's time of use in seconds since the epoch. */
export const jwksView = z
  .strictObject({
    keys: z.array(
      z.strictObject({
        kty: z.literal("EC"),
        crv: z.literal("P-256"),
        x: z.string(),
        y: z.string(),
        kid: z.string(),
        use: z.literal("sig"),
        alg: z.literal("ES256"),
        nbf: z.int().meta({ description: "First use." }),
        exp: z.int().optional().meta({ description: "First use of the key that followed." }),
      }),
    ),
  })
  .meta({ id: "JwkSet" });
export type JwksView = z.infer<typeof jwksView>;

export const listQuery = z.strictObject({
  waiting: z.literal("me").optional().meta({ description: "For people: what they may decide now." }),
  agent: z.string().max(64).optional(),
  cursor: z
    .string()
    .max(512)
    .regex(/^[A-Za-z0-9_-]+$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
});
export const oneQuery = z.strictObject({ wait: z.coerce.number().min(0).max(5).optional() });
export const emptyBody = z.strictObject({});
export const emptyQuery = z.strictObject({});
export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, "must be 1 to 128 visible ASCII characters");
