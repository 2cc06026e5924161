import * as z from "zod";
import { WINDOW_SECONDS } from "../catalogue.ts";
import { type ErrorCode, errorCodes } from "../errors.ts";
import { accessNames, kindNames } from "../kinds/names.ts";
import { lockdown, lockdownTarget } from "../lockdown.ts";
import { filterTypes } from "../masking/masking.ts";
import { freeText, MAX_COMMENT, plainText } from "../text.ts";
import { cursor } from "./queries.ts";
import * as shown from "./shown.ts";

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@#-]{0,127}$/, "must be 1 to 128 letters, digits or ._:/@#-")
  .meta({ minLength: 1, maxLength: 128 });
const { time } = shown;

const ABOUT_SCOPE =
  "The narrower part, in the form of the resource's kind and relative to the resource. Absent means the whole of it.";
/** `POST /grants`. Agents never send IAM actions or policy JSON; a field that is not here is refused (I-21). */
export const askBody = z
  .strictObject({
    resource: z
      .string()
      .min(1)
      .max(64)
      .meta({ pattern: "^[a-z][a-z0-9-]*$", description: "Id of a resource of the catalogue." }),
    access: z
      .string()
      .min(1)
      .max(32)
      .meta({
        enum: [...accessNames],
        description: "What is to be done with it, of what the catalogue offers.",
      }),
    scope: z.record(z.string(), z.unknown()).meta({ id: "AskedScope", description: ABOUT_SCOPE }).optional(),
    windowSeconds: z
      .int("must be a whole number of seconds")
      .min(WINDOW_SECONDS.min, `must be at least ${WINDOW_SECONDS.min}`)
      .max(WINDOW_SECONDS.max, `must be at most ${WINDOW_SECONDS.max}`),
    startsAt: z.iso
      .datetime({ precision: 0, error: "must be ISO 8601 UTC in whole seconds, like 2026-11-21T09:30:00Z" })
      .optional()
      .meta({ maxLength: 20, description: "At most 7 days ahead. Absent: starts when approved." }),
    purpose: freeText(500).meta({ description: "For people. It decides nothing." }),
    task: name.optional().meta({ description: "What the agent is working on, for the record." }),
    ticket: name.optional().meta({ description: "For the record; that there is one weighs in the risk." }),
    onBehalfOf: name.optional().meta({ description: "For whom, by the agent's word: for the record." }),
    model: name.optional().meta({ description: "What the agent runs on, by its own word." }),
    masked: z.boolean().optional().meta({
      description:
        "Masked rows (`POST /grants/{id}/read`) in place of credentials, where the resource has masking rules.",
    }),
    breakGlass: z.boolean().optional().meta({
      description:
        "An emergency: where a rule allows it, nobody is asked beforehand and the ask is reviewed.",
    }),
    clientId: name
      .optional()
      .meta({ description: "The same as the Idempotency-Key header, for clients that cannot set one." }),
    dryRun: z.boolean().optional().meta({ description: "Answer with the decision and write no grant." }),
  })
  .meta({
    id: "Ask",
    examples: [
      {
        resource: "support-conversations",
        access: "read",
        scope: { prefix: "2026/03/" },
        windowSeconds: 900,
        purpose: "fine-tune on the spring's conversations",
        ticket: "ML-812",
      },
    ],
  });
export type AskBody = z.infer<typeof askBody>;

/** `POST /grants/{id}/extend`: the same again for a time of its own; what is left out is as it was. */
export const extendBody = z
  .strictObject({
    windowSeconds: askBody.shape.windowSeconds,
    purpose: askBody.shape.purpose.optional(),
    task: askBody.shape.task,
    ticket: askBody.shape.ticket,
    model: askBody.shape.model,
    clientId: askBody.shape.clientId,
  })
  .meta({ id: "Extension", examples: [{ windowSeconds: 900 }] });
export type ExtendBody = z.infer<typeof extendBody>;

const codes = Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]];
export const errorBody = z
  .strictObject({
    error: z.strictObject({
      code: z.string().meta({ enum: codes }),
      message: shown.shownText(4_000).meta({ description: "A sentence for people." }),
      details: shown.details.optional(),
    }),
  })
  .meta({ id: "Error", description: "A refusal. Programs go by `code`; `message` may change." });

export type DecisionView = shown.DecisionView;

/** Of an action: by whom its permit was redeemed, and what came of it. */
export const redeemedPart = z.strictObject({ at: time, by: shown.actor });
export const outcomePart = z.strictObject({
  result: z.enum(["done", "failed", "unknown"]),
  at: time.optional(),
  by: shown.actor.optional(),
  detail: shown.shownText(500).optional(),
});

/** A grant as the API shows it. Times are absent where they have no meaning yet. */
export const grantView = z
  .strictObject({
    id: shown.id,
    status: shown.status,
    agent: shown.named,
    resource: shown.named,
    access: shown.access,
    scope: shown.scope.optional(),
    window: z.strictObject({
      seconds: z.int().min(WINDOW_SECONDS.min).max(WINDOW_SECONDS.max),
      startsAt: time.optional(),
      endsAt: time.optional(),
    }),
    purpose: shown.shownText(500),
    task: name.optional(),
    ticket: name.optional(),
    onBehalfOf: name.optional(),
    model: name.optional(),
    masked: z.boolean(),
    digest: shown.digest,
    decision: shown.decisionView,
    closing: z
      .strictObject({ code: shown.code, detail: shown.shownText(10_000).optional(), by: shown.actor })
      .optional()
      .meta({ description: "How it ended, and by whom." }),
    proof: z
      .string()
      .optional()
      .meta({
        enum: ["probed", "read_back", "expired", "no_session"],
        description:
          "Of a revoked grant: its calls were refused, the window was over first, or it never gave a session.",
      }),
    extends: shown.id.optional().meta({ description: "The grant that this one goes on from." }),
    extendedBy: shown.id
      .optional()
      .meta({ description: "The grant that goes on from this one. Only where one grant is shown." }),
    liveUntil: time.optional().meta({
      description: "Released without a denial: until when what was collected still works at the latest.",
    }),
    retryAfterSeconds: z.int().min(1).max(3_600).optional(),
    redeemed: redeemedPart.optional().meta({ description: "Only of an action." }),
    outcome: outcomePart.optional().meta({ description: "Only of an action whose permit was redeemed." }),
    timeline: shown
      .shownList(
        z.strictObject({
          sequence: z.int().min(1).max(1_000_000).optional(),
          time,
          type: z.string().meta({ pattern: "^[a-z_]+\\.[a-z_]+$", maxLength: 64 }),
          by: shown.actor,
          status: shown.status.optional(),
          code: shown.code.optional(),
        }),
        shown.MANY,
      )
      .optional(),
  })
  .meta({ id: "Grant" });
export type GrantView = z.infer<typeof grantView>;

export const dryRunView = z
  .strictObject({ dryRun: z.literal(true), decision: shown.decisionView, digest: shown.digest })
  .meta({ id: "DryRun" });
export const grantList = z
  .strictObject({ grants: shown.shownList(grantView, 100), cursor: cursor.optional() })
  .meta({ id: "GrantList" });

/** `POST /grants/{id}/decision`: the very stage and digest that were seen; who decides is who signed (I-07, I-21). */
export const decisionBody = z
  .strictObject({
    decision: z.enum(["approve", "reject"]),
    stage: z.int().min(1).max(99),
    digest: z
      .string()
      .regex(shown.DIGEST, "must be the digest of the grant")
      .meta({ minLength: 71, maxLength: 71 }),
    comment: freeText(MAX_COMMENT).optional(),
  })
  .meta({ id: "StageDecision" });
export type DecisionBody = z.infer<typeof decisionBody>;
/** The form of the approval page. */
export const approvalForm = z
  .strictObject({
    decision: z.enum(["approve", "reject"]).optional(),
    code: z
      .string()
      .max(64)
      .optional()
      .meta({ pattern: "^[ A-Za-z2-7-]*$", description: "From the same mail as the link." }),
    comment: z
      .string()
      .max(MAX_COMMENT * 4)
      .transform(plainText)
      .pipe(z.string().max(MAX_COMMENT))
      .transform((text) => text || undefined)
      .meta({ type: "string", maxLength: MAX_COMMENT })
      .optional(),
  })
  .meta({ id: "ApprovalForm" });
export type DecisionForm = z.infer<typeof approvalForm>;
/** `POST /grants/{id}/review`. */
export const reviewBody = z
  .strictObject({
    comment: freeText(MAX_COMMENT).meta({
      description: "What was found: why it was right, or what follows from it.",
    }),
  })
  .meta({ id: "Review", examples: [{ comment: "The outage was real, and so was the need." }] });
export type ReviewBody = z.infer<typeof reviewBody>;

/** Why somebody stops, or no longer stops: the body of `POST /grants/{id}/revoke`, the query of `DELETE /lockdowns/{id}`. */
export const whyStopped = z
  .strictObject({ reason: freeText(MAX_COMMENT) })
  .meta({ id: "WhyStopped", examples: [{ reason: "its credentials were pasted into a chat" }] });
export type WhyStopped = z.infer<typeof whyStopped>;
/** `POST /lockdowns`. */
export const lockdownBody = z.strictObject({ target: lockdownTarget, reason: freeText(MAX_COMMENT) }).meta({
  id: "LockdownOrder",
  examples: [{ target: { type: "agent", id: "rag-indexer" }, reason: "under investigation" }],
});
export type LockdownBody = z.infer<typeof lockdownBody>;

const lockdownView = lockdown
  .extend({ id: shown.id, reason: shown.shownText(MAX_COMMENT), by: shown.named, at: time })
  .meta({ id: "Lockdown" });
export const lockdownList = z
  .strictObject({ lockdowns: shown.shownList(lockdownView, shown.MANY) })
  .meta({ id: "LockdownList" });
export const lockdownSetView = lockdownView
  .extend({
    stopped: z.int().min(0).max(1_000_000).meta({ description: "How many grants this call ended." }),
    failed: shown
      .shownList(shown.id, shown.MANY)
      .meta({ description: "Grants that it could not end: sweep does, each minute." }),
    complete: z.boolean().meta({ description: "Whether everything that was live is ended." }),
  })
  .meta({ id: "LockdownSet" });
export type LockdownSetView = z.infer<typeof lockdownSetView>;
export const liftedView = z
  .strictObject({
    id: shown.id,
    lifted: z.literal(true),
    by: shown.actor,
    at: time,
    reason: shown.shownText(MAX_COMMENT),
  })
  .meta({ id: "LockdownLifted" });
export type LiftedView = z.infer<typeof liftedView>;

const BASE64 = "^[A-Za-z0-9+/=_-]+$";
/** `POST /grants/{id}/credentials`: the format that `credential_process` wants. */
export const credentialsView = z
  .strictObject({
    Version: z.literal(1),
    AccessKeyId: shown.shownText(128).meta({ pattern: "^\\w+$" }),
    SecretAccessKey: shown.shownText(256).meta({ pattern: BASE64 }),
    SessionToken: shown.shownText(16_384).meta({ pattern: BASE64 }),
    Expiration: time,
  })
  .meta({ id: "Credentials" });
export type CredentialsView = z.infer<typeof credentialsView>;

const maskedOffer = z
  .strictObject({
    approval: z
      .enum(["none", "people", "never"])
      .meta({ description: "As for the raw data, asked for masked." }),
    columns: shown.shownList(
      z.strictObject({
        path: shown.shownText(300).meta({ description: "As a read names it." }),
        class: shown.named.optional(),
        method: z.enum(["token", "format", "bucket", "redact", "random", "keep"]).meta({
          description: "What becomes of its values. What no column names is masked too.",
        }),
      }),
      500,
    ),
    filters: shown
      .shownList(z.strictObject({ column: shown.shownText(300), type: z.enum(filterTypes) }), 500)
      .meta({ description: "Columns that a read may be filtered on, and with what." }),
    most: z
      .strictObject({ reads: z.int().min(1), rows: z.int().min(1) })
      .meta({ description: "What one grant may read in all." }),
  })
  .meta({ id: "MaskedOffer" });
export type MaskedOffer = z.infer<typeof maskedOffer>;

export const catalogueView = z
  .strictObject({
    resources: shown.shownList(
      z
        .strictObject({
          id: shown.named,
          kind: z.enum(kindNames),
          description: shown.shownText(200),
          arn: shown.shownText(2_048).meta({ pattern: "^arn:" }),
          settings: shown.settings.optional().meta({
            description:
              "What the kind needs beside the ARN, such as an Athena workgroup: see docs/kinds.md.",
          }),
          environment: shown.named,
          classification: shown.named,
          tags: shown.shownList(shown.named, 100),
          accesses: z.array(z.enum(accessNames)).meta({ maxItems: accessNames.length }),
          maxWindowSeconds: z.int().min(WINDOW_SECONDS.min).max(WINDOW_SECONDS.max),
          approval: z.enum(["none", "people", "never"]).meta({
            description: "What its longest window takes now: nobody's word, people's, or it is never given.",
          }),
          masked: maskedOffer.optional().meta({
            description: "Absent: it is not read masked.",
          }),
        })
        .meta({ id: "Resource" }),
      shown.MANY,
    ),
    actions: shown
      .shownList(
        z
          .strictObject({
            id: shown.named,
            description: shown.shownText(200),
            arn: shown.shownText(2_048).meta({ pattern: "^arn:" }),
            environment: shown.named,
            classification: shown.named,
            tags: shown.shownList(shown.named, 100),
            audience: shown.named.meta({ description: "Who redeems the permit; `agent` is who asked." }),
            performer: shown.named.optional().meta({ description: "What of Latchkey performs it, if that." }),
            reversible: z.boolean(),
            permitSeconds: z.int().min(60).max(3_600),
            parameters: z
              .record(z.string(), z.json())
              .meta({ id: "ParameterSchema", description: "JSON Schema (2020-12) of the parameters." }),
            triggers: shown
              .shownList(z.strictObject({ id: shown.named, reason: shown.shownText(200) }), 100)
              .meta({ description: "What makes it weigh more." }),
            approval: z.enum(["none", "people", "never"]).meta({
              description:
                "What it takes now where no trigger fires: nobody's word, people's, or it is never done.",
            }),
          })
          .meta({ id: "ActionType" }),
        shown.MANY,
      )
      .optional(),
  })
  .meta({ id: "Catalogue" });
export type CatalogueView = z.infer<typeof catalogueView>;

export const emptyBody = z.strictObject({}).meta({ id: "Nothing", description: "No body, or an empty one." });
export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, "must be 1 to 128 visible ASCII characters")
  .meta({ minLength: 1, maxLength: 128 });
