import * as z from "zod";
import { grantId } from "../ids.ts";
import { subjectAccesses, subjectKinds } from "../kinds/names.ts";
import { canonicalScope, kindSettings } from "../kinds/registry.ts";
import { decision, plannedStage } from "../policy/decided.ts";

const time = z.iso.datetime();

/** One person's word on a stage, as it is kept and shown. */
const word = z.strictObject({
  person: z.string(),
  at: time,
  comment: z.string().optional(),
  /** Absent: by the link of a mail. */
  channel: z.literal("signed").optional(),
});

/** A stage of approval as it stands: at most one is open, and it has a deadline. */
const stage = plannedStage.extend({
  status: z.enum(["waiting", "open", "approved", "rejected"]),
  openedAt: time.optional(),
  /** From then on the second group may decide too. */
  escalateAt: time.optional(),
  decideBy: time.optional(),
  decided: z.array(word),
});
export type Stage = z.infer<typeof stage>;

/** What every grant has, whatever became of it. None of it changes after asking, but for version, chain and stages. */
const asked = {
  schema: z.literal(1),
  id: grantId,
  version: z.int().min(1),
  /** Id of the write that made this version: how a writer that lost the answer knows its own work. */
  writer: z.string().min(1),
  chain: z.strictObject({ sequence: z.int().min(1), hash: z.string() }),
  askedAt: time,
  agent: z.strictObject({
    id: z.string(),
    key: z.string(),
    environment: z.string(),
    owner: z.string(),
    /** Absent in grants that were asked before it was kept. */
    team: z.string().optional(),
    arn: z.string(),
    uniqueId: z.string(),
    sessionName: z.string().optional(),
  }),
  resource: z.strictObject({
    id: z.string(),
    kind: z.enum(subjectKinds),
    arn: z.string(),
    settings: kindSettings.optional(),
    environment: z.string(),
    classification: z.string(),
    role: z.string(),
  }),
  access: z.enum(subjectAccesses),
  scope: canonicalScope.optional(),
  windowSeconds: z.int(),
  requestedStart: time.optional(),
  /** True: it gives masked rows (`POST /grants/{id}/read`) and no credentials. */
  masked: z.boolean(),
  purpose: z.string(),
  task: z.string().optional(),
  ticket: z.string().optional(),
  onBehalfOf: z.string().optional(),
  model: z.string().optional(),
  /** `sha256:…` of exactly what is asked for: what approvers approve and what is minted must hash to it. */
  digest: z.string(),
  decision,
  stages: z.array(stage),
  /** The grant that this one goes on from: when that one is revoked, so is this. */
  extends: grantId.optional(),
  /** Members of the item that a later release added: this one does nothing with them, and writes them as they were. */
  later: z.record(z.string(), z.unknown()).optional(),
};

/** Fixed when the workflow first claims the grant for minting; nothing moves `endsAt` later. */
const claimed = { attempt: z.int().min(1), claimedAt: time, startsAt: time, endsAt: time };
/** Only in windows that outlast a session: when the next one is due, and the attempt at it that is under way. */
const rotation = {
  rotateAt: time.optional(),
  rotating: z.strictObject({ attempt: z.int().min(2), claimedAt: time }).optional(),
  /** The newest attempt, where it is another than the one that was delivered. */
  lastAttempt: z.int().min(2).optional(),
};
const closing = z.strictObject({ code: z.string(), detail: z.string().optional(), by: z.string() });
const closed = { closedAt: time, closing };

const deniedShape = {
  ...asked,
  ...closed,
  attempt: z.int().optional(),
  claimedAt: time.optional(),
  startsAt: time.optional(),
  endsAt: time.optional(),
};

/** A grant: one request and its whole life. A field exists only in the states where it has a meaning. */
export const grant = z.discriminatedUnion("status", [
  z.strictObject({ status: z.literal("PENDING"), ...asked }),
  z.strictObject({ status: z.literal("APPROVED"), ...asked, approvedAt: time, startBy: time }),
  z.strictObject({ status: z.literal("ACTIVATING"), ...asked, ...claimed }),
  z.strictObject({ status: z.literal("ACTIVE"), ...asked, ...claimed, ...rotation, activatedAt: time }),
  z.strictObject({
    status: z.literal("REVOKING"),
    ...asked,
    ...claimed,
    stoppedAt: time,
    closing,
    /** When the attempt was claimed that was under way at the stop: until its lease is over it may still mint, denied. */
    openClaim: time.optional(),
  }),
  z.strictObject({
    status: z.literal("ENDED"),
    ...asked,
    ...claimed,
    ...closed,
    /** Released without a deny: until when its sessions still work by themselves. */
    liveUntil: time.optional(),
  }),
  z.strictObject({
    status: z.literal("REVOKED"),
    ...asked,
    ...claimed,
    stoppedAt: time,
    ...closed,
    /**
     * How it is known: refused calls, the window's end, or that there never was a session (what it gave is looked up in
     * the table at each use). `read_back` is of an earlier release.
     */
    proof: z.enum(["probed", "read_back", "expired", "no_session"]),
  }),
  z.strictObject({ status: z.literal("FAILED"), ...asked, ...claimed, ...closed }),
  z.strictObject({ status: z.literal("DENIED"), ...deniedShape }),
  z.strictObject({ status: z.literal("REJECTED"), ...asked, ...closed }),
  z.strictObject({ status: z.literal("EXPIRED"), ...asked, ...closed }),
  z.strictObject({ status: z.literal("CANCELLED"), ...asked, ...closed }),
]);
export type Grant = z.infer<typeof grant>;
export type Status = Grant["status"];
export type GrantIn<S extends Status> = Extract<Grant, { status: S }>;

/** What was asked for, without what became of it. */
export type Asked = Omit<GrantIn<"PENDING">, "status">;
const askedKeys = Object.keys(asked) as (keyof Asked)[];

/** The part of a grant that does not depend on its state. */
export function askedPart(grant: Grant): Asked {
  return Object.fromEntries(
    askedKeys.flatMap((key) => (grant[key] === undefined ? [] : [[key, grant[key]]])),
  ) as Asked;
}

/** The stage that waits for people now: only while the grant is PENDING, whatever its stages were when it closed. */
export const openStage = (grant: Grant): Stage | undefined =>
  grant.status === "PENDING" ? grant.stages.find((each) => each.status === "open") : undefined;
