import * as z from "zod";
import { canonicalJson, sha256Hex } from "../canonical.ts";
import { grantId } from "../ids.ts";
import { eventTypes, factProblem, typeNames } from "./registry.ts";

/** Who did it: `system` for one that redeems permits, `broker` for what Latchkey does by itself, `unknown` for a verified caller that the catalogue does not name. */
const actor = z.strictObject({
  type: z.enum(["agent", "person", "system", "broker", "unknown"]),
  id: z.string().min(1).max(256),
  arn: z.string().max(512).optional(),
  sessionName: z.string().max(64).optional(),
  /** The call by which they did it, and from where, as API Gateway says: correlates an event with its access log. */
  requestId: z.string().max(64).optional(),
  sourceIp: z.string().max(64).optional(),
});
export type Actor = z.infer<typeof actor>;

/** What an event may tell besides who and when. Flat, so that each is a typed column. No secret has a field here. */
export const facts = z.strictObject({
  agent: z.string().optional(),
  status: z.string().optional(),
  resource: z.string().optional(),
  resourceArn: z.string().optional(),
  environment: z.string().optional(),
  access: z.string().optional(),
  /** Canonical JSON of the scope; absent for the whole resource. */
  scope: z.string().optional(),
  masked: z.boolean().optional(),
  windowSeconds: z.int().optional(),
  startsAt: z.iso.datetime().optional(),
  endsAt: z.iso.datetime().optional(),
  purpose: z.string().optional(),
  task: z.string().optional(),
  ticket: z.string().optional(),
  onBehalfOf: z.string().optional(),
  model: z.string().optional(),
  digest: z.string().optional(),
  decision: z.string().optional(),
  /** Ids of the rules that made the decision, joined by a comma. */
  rules: z.string().optional(),
  policyVersion: z.string().optional(),
  stage: z.int().optional(),
  group: z.string().optional(),
  /** Ids of the people who were asked or mailed, joined by a comma. */
  people: z.string().optional(),
  attempt: z.int().optional(),
  sessionName: z.string().optional(),
  role: z.string().optional(),
  code: z.string().optional(),
  reason: z.string().optional(),
  proof: z.string().optional(),
  path: z.string().optional(),
  count: z.int().min(0).optional(),
  riskScore: z.int().optional(),
  /** Names and points of the risk's factors: `classification=35,first-use=10`. */
  riskFactors: z.string().optional(),
  breakGlass: z.boolean().optional(),
  /** The lockdown that is meant, and what it stops: `agent support-assistant`, `everything`. */
  lockdown: z.string().optional(),
  target: z.string().optional(),
  /** From the stop to the third refused probe, in milliseconds. */
  latencyMs: z.int().min(0).optional(),
  /** The grant that this one extends. */
  extends: grantId.optional(),
  /** The agent's owner (a person's id) and team when it asked. */
  owner: z.string().optional(),
  team: z.string().optional(),
  /** The team of the person who decided. */
  approverTeam: z.string().optional(),
  /** The stages that policy asks for, `stage:group:quorum` joined by commas; and how many words of people that makes. */
  plan: z.string().optional(),
  approvalsNeeded: z.int().min(0).optional(),
  /** The longest window that policy lets this ask have, in seconds. */
  capSeconds: z.int().min(0).optional(),
  /** Of a digest: how many object versions and how many chain heads it lists. */
  objects: z.int().min(0).optional(),
  heads: z.int().min(0).optional(),
  /** Of a page of masked rows: how many rows and bytes, of which columns (`*`: whole rows) and filtered on which, how many
   * values were masked by their field's rule and how many identifiers found within free text. Never a value. */
  rows: z.int().min(0).optional(),
  bytes: z.int().min(0).optional(),
  columns: z.string().optional(),
  filters: z.string().optional(),
  maskedValues: z.int().min(0).optional(),
  detected: z.int().min(0).optional(),
  /** How a person decided: `signed`; absent by the link of a mail. */
  channel: z.string().optional(),
  /** Of a red flag: its id, what is done about it, and why it was raised: numbers and ids as canonical JSON. */
  flag: z.string().optional(),
  action: z.string().optional(),
  evidence: z.string().optional(),
  /** What policy saw of an ask, and what its rules on trial would have made of it: canonical JSON (`policy/recorded.ts`). */
  context: z.string().optional(),
  shadow: z.string().optional(),
});
export type Facts = z.infer<typeof facts>;

export const auditEvent = z.strictObject({
  v: z.literal(1),
  /** `<grant id>-<sequence, 6 digits>` in a chain, else an id of its own. Unique; safe in file names. */
  id: z.string().regex(/^[a-z0-9-]{16,64}$/),
  type: z.enum(typeNames),
  time: z.iso.datetime({ precision: 3 }),
  actor,
  grant: grantId.optional(),
  chain: z
    .strictObject({
      sequence: z.int().min(1),
      previous: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullable(),
    })
    .optional(),
  facts,
});
export type AuditEvent = z.infer<typeof auditEvent>;

/**
 * An event as readers take it: with facts that only a later release knows, as flat as ours. They stay in its text and
 * under its hash, and no reader here acts on them. A deploy has both releases at work, a rollback the older one (I-35).
 */
export const keptEvent = auditEvent.extend({
  facts: z.object(facts.shape).catchall(z.union([z.string(), z.number(), z.boolean()])),
});
/** What the bus delivers: a kept event, and its hash. */
export const deliveredEvent = keptEvent.extend({ hash: z.string().regex(/^[0-9a-f]{64}$/) });

/** An event as it is kept: the canonical text that was hashed, and the hash. */
export type SealedEvent = { event: AuditEvent; body: string; hash: string };

/**
 * Hashes an event over its canonical JSON, the previous event's hash inside (RFC 8785, SHA-256). Throws when its type has
 * no business with one of its facts, or needs one more: strict here, where events are made. Readers take every fact of
 * the schema with every type, so that what an earlier release sealed stays readable.
 */
export function sealEvent(event: AuditEvent): SealedEvent {
  const chained = eventTypes[event.type].chained;
  if (chained !== (event.chain !== undefined))
    throw new TypeError(`${event.type} ${chained ? "needs a" : "has no"} chain`);
  const problem = factProblem(event.type, event.facts);
  if (problem) throw new TypeError(problem);
  const body = canonicalJson(auditEvent.parse(event));
  return { event, body, hash: sha256Hex(body) };
}

/** The id of a grant's event at a place in its chain. */
export const chainEventId = (grant: string, sequence: number): string =>
  `${grant}-${String(sequence).padStart(6, "0")}`;
