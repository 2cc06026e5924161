import * as z from "zod";
import { grant } from "../grant/grant.ts";
import { grantId } from "../ids.ts";
import { subjectAccesses } from "../kinds/names.ts";
import { lockdownTarget } from "../lockdown.ts";

// What answers hold. The bounds of texts and lists are told, in the OpenAPI document, and not checked by these schemas:
// what is on record must stay readable.

/** Text of an answer, no longer than this. */
export const shownText = (maxLength: number) => z.string().meta({ maxLength });
/** One of these, by today's contract. */
const oneOf = (words: readonly string[]) => z.string().meta({ enum: [...words] });
/** A list of an answer. */
export const shownList = <T extends z.ZodType>(each: T, maxItems: number) => z.array(each).meta({ maxItems });
/** More than any answer has had: those of one grant's whole life, of one catalogue. */
export const MANY = 10_000;

export const time = z.iso
  .datetime()
  .meta({ id: "Time", maxLength: 30, description: "ISO 8601 in UTC.", examples: ["2026-11-21T09:30:00Z"] });
export const id = grantId.meta({
  id: "Id",
  minLength: 16,
  maxLength: 16,
  description: "Of a grant or a lockdown: 80 random bits in base32.",
  examples: ["kck36ugxerh65iic"],
});
export const DIGEST = /^sha256:[0-9a-f]{64}$/;
export const digest = z.string().meta({
  id: "Digest",
  pattern: DIGEST.source,
  minLength: 71,
  maxLength: 71,
  description: "A SHA-256: of exactly what is asked for, or of the policy that decided.",
});
/** An id of the catalogue or the policy. */
export const named = z.string().meta({
  id: "Name",
  pattern: "^[a-z][a-z0-9-]*$",
  maxLength: 64,
  description: "An id of the catalogue or of the policy.",
});
/** Who did something: a person or agent of the catalogue, a function of Latchkey's, or IAM's id of a stranger. */
export const actor = z.string().meta({
  id: "Actor",
  maxLength: 256,
  description: "A person or an agent of the catalogue, or the part of Latchkey that acted.",
});
/** A code of `errorCodes`, of an ending, or AWS's own of a refusal. */
export const code = z.string().meta({ pattern: "^[A-Za-z][A-Za-z0-9_.:-]*$", maxLength: 128 });
export const access = oneOf(subjectAccesses).meta({ id: "Access" });
export const status = oneOf(grant.options.map(({ shape }) => shape.status.value)).meta({
  id: "Status",
  description: "Where a grant is in its life: docs/architecture.md has the moves between them.",
});

const words = z.record(
  z.string().meta({ pattern: "^[A-Za-z]+$", maxLength: 64 }),
  z.union([shownText(2_048), shownList(shownText(2_048), 100)]),
);
export const scope = words.meta({
  id: "Scope",
  description: "The narrower part, in canonical form, typed by the resource's kind.",
  maxProperties: 8,
});
export const settings = words.meta({ id: "Settings", maxProperties: 8 });

const note = z.strictObject({ id: named, reason: shownText(400) });
export const rules = shownList(note, 200).meta({
  description: "The permits that let it pass and the rules that ask; of a no, those that said it.",
});
const planned = {
  stage: z.int().min(1).max(99),
  rule: named,
  reason: shownText(300),
  group: named,
  quorum: z.int().min(1).max(20),
  within: z
    .int()
    .min(300)
    .max(604_800)
    .optional()
    .meta({ description: "Seconds until the stage lapses; absent is 24 hours." }),
  escalateTo: named.optional(),
  exclude: z.literal("team").optional(),
  channel: z.literal("signed").optional().meta({ description: "Decided only through the signed API." }),
};
const word = z
  .strictObject({
    person: named,
    at: time,
    comment: shownText(300).optional(),
    channel: z.literal("signed").optional().meta({ description: "Absent: by the link of a mail." }),
  })
  .meta({ id: "Word" });
const stage = z
  .strictObject({
    ...planned,
    status: z.enum(["waiting", "open", "approved", "rejected"]),
    approved: shownList(word, 20),
    rejected: word.optional().meta({ description: "Whose no ended the request." }),
    openedAt: time.optional(),
    escalateAt: time.optional(),
    decideBy: time.optional(),
  })
  .meta({ id: "Stage", description: "One level of approval, as it stands." });
const risk = z
  .strictObject({
    score: z.int().min(0).max(100),
    band: oneOf(["low", "medium", "high", "critical"]),
    factors: shownList(
      z.strictObject({ name: shownText(80), points: z.int().min(-100).max(100), detail: shownText(300) }),
      50,
    ),
  })
  .meta({ id: "Risk", description: "The sum of the factors' points, at most 100." });
const alternative = z
  .strictObject({
    change: z.strictObject({
      access: access.optional(),
      windowSeconds: z.int().min(60).max(43_200).optional(),
      scope: scope.optional(),
      masked: z.boolean().optional(),
    }),
    outcome: z.literal("allow"),
  })
  .meta({
    id: "Alternative",
    description: "Laid over the ask's own fields, `change` can be sent back as is.",
  });
export const alternatives = shownList(alternative, 4);

const trialNote = z.strictObject({
  id: named,
  reason: shownText(300),
  would: z.enum(["deny", "ask", "allow", "error"]),
  group: named.optional(),
  quorum: z.int().min(1).max(20).optional(),
  maxWindowSeconds: z.int().min(60).max(43_200).optional(),
});
const onTrial = z
  .strictObject({
    notes: shownList(trialNote, 200),
    outcome: z.enum(["allow", "needs_approval", "deny"]),
    plan: shownList(z.strictObject(planned), 99),
  })
  .meta({
    id: "OnTrial",
    description:
      "What rules on trial would have made of the ask, when it was asked; absent where they would have changed nothing. " +
      "Shown to people of security and compliance only, and only of one grant at a time.",
  });

export const decisionView = z
  .strictObject({
    outcome: z.enum(["allow", "needs_approval", "deny"]),
    policyVersion: digest,
    rules,
    plan: shownList(stage, 99),
    risk: risk.optional(),
    alternatives: alternatives.optional(),
    breakGlass: z
      .strictObject({ rule: named, skipped: shownList(z.strictObject(planned), 99) })
      .optional()
      .meta({ description: "Only when the glass was broken: the rule that let it, and who was not asked." }),
    shadow: onTrial.optional(),
  })
  .meta({ id: "Decision" });
export type DecisionView = z.infer<typeof decisionView>;

/** Why a refusal was said, and what to do instead: by its code. A later release may tell more. */
export const details = z.looseObject({
  path: shownText(130).optional().meta({ description: "The field that it is about." }),
  problem: shownText(400).optional(),
  retryAfterSeconds: z.int().min(0).max(86_400).optional(),
  status: status.optional(),
  reason: code.optional(),
  stage: z.int().min(1).max(99).optional(),
  startsAt: time.optional(),
  extendedBy: id.optional(),
  id: id.optional().meta({ description: "Of the grant that is on record as denied." }),
  rules: rules.optional(),
  alternatives: alternatives.optional(),
  limit: z
    .string()
    .optional()
    .meta({ enum: ["asksPerMinute", "openGrants", "mailsPerHour"] }),
  most: z.int().min(1).max(600).optional(),
  lockdown: id.optional(),
  target: lockdownTarget.optional(),
  characters: z.int().min(0).max(1_000_000).optional(),
});
