import * as z from "zod";
import { grantId } from "../ids.ts";
import { epochMs, isoMillis } from "../time.ts";
import { givenBy } from "./gives.ts";
import { type Grant, type GrantIn, openStage, type Stage } from "./grant.ts";
import { LIMITS_MS } from "./moves.ts";
import { nextRotation } from "./rotation.ts";

/**
 * What passes through the workflow: ids and times, never a secret. `next` says which state comes, `until` how long a
 * wait lasts. `schema` lets a later release tell its own input from the previous one's.
 */
export const workflowState = z.strictObject({
  schema: z.literal(1),
  grantId,
  /** `backOff` is the machine's own: minting failed while an earlier session works on. */
  next: z.enum(["ask", "waitToMint", "mint", "permit", "perform", "waitToEnd", "end", "over", "backOff"]),
  stage: z.int().min(1).optional(),
  until: z.iso.datetime().optional(),
  /** Only where a mint is a rotation: until when one that fails is tried again instead of ending access. */
  endsAt: z.iso.datetime().optional(),
  /** Only where Latchkey performs an action: its type's id, which is in the name of the function. `until` is its end. */
  action: z.string().optional(),
});
export type WorkflowState = z.infer<typeof workflowState>;

/** What a task of the workflow is given. */
export const grantInput = workflowState.pick({ schema: true, grantId: true });

/** Why people are mailed once more: half the time is over, a second group is asked too, somebody wants it. */
const again = z.enum(["reminder", "escalation", "resend"]);
export type Again = z.infer<typeof again>;
const stageInput = z.strictObject({ ...grantInput.shape, stage: z.int().min(1) });
/** A stage that is asked again: nobody waits for the answer anew, the stored token stays. `by`: the person who wants it. */
const againInput = stageInput.extend({ again, by: z.string().min(1).optional() });
export type AgainInput = z.infer<typeof againInput>;
/** People who were not asked, because the glass was broken, are to be told. */
const tellInput = z.strictObject({ ...grantInput.shape, tell: z.literal("broken_glass") });
export type TellInput = z.infer<typeof tellInput>;
/** What the asking of approvers is given: its stage, and the token to answer with; or why it is asked again, or told. */
export const askInput = z.union([stageInput.extend({ taskToken: z.string().min(1) }), againInput, tellInput]);

/** Where a grant's workflow goes next: a pure reading of the grant, so that any function can say it. */
export function nextInWorkflow(grant: Grant, now: number): WorkflowState {
  const base = { schema: 1 as const, grantId: grant.id };
  const wait = (next: "waitToMint" | "waitToEnd", until: number) => ({
    ...base,
    next,
    until: isoMillis(until),
  });
  switch (grant.status) {
    case "PENDING":
      return { ...base, next: "ask", stage: openStage(grant)?.stage ?? 1 };
    case "APPROVED": {
      const start = grant.requestedStart ? epochMs(grant.requestedStart) : now;
      if (start > now) return wait("waitToMint", start);
      return { ...base, next: givenBy(grant) === "permit" ? "permit" : "mint" };
    }
    case "ACTIVATING":
      return wait("waitToMint", epochMs(grant.claimedAt) + LIMITS_MS.claimLease);
    case "ACTIVE": {
      // The names that the previous release's machine knows: an execution of it rotates too (I-35).
      const rotation = nextRotation(grant);
      if (rotation === undefined || now >= epochMs(grant.endsAt))
        return wait("waitToEnd", epochMs(grant.endsAt));
      const { endsAt } = grant;
      return rotation > now ? { ...wait("waitToMint", rotation), endsAt } : { ...base, next: "mint", endsAt };
    }
    case "REVOKING":
      return wait("waitToEnd", epochMs(grant.endsAt));
    default:
      return { ...base, next: "over" };
  }
}

/** True when a machine, not a person and not a later start, is what acts next, within so many milliseconds. */
export function machineActsWithin(grant: Grant, now: number, ms: number): boolean {
  if (grant.status === "ACTIVATING" || grant.status === "REVOKING") return true;
  if (grant.status !== "APPROVED") return false;
  return grant.requestedStart === undefined || epochMs(grant.requestedStart) <= now + ms;
}

// How long after a move its follow-up must have been seen before `sweep` looks, and how late after a window's end.
const FOLLOW_UP_MS = 60_000;
const END_MARGIN_MS = 15_000;
// How long a workflow that `sweep` started in place of a dead one is given before the grant is looked at again.
const REVIVED_MS = 5 * 60_000;

const halfTime = ({ openedAt, decideBy }: Stage): number | undefined =>
  openedAt === undefined || decideBy === undefined ? undefined : (epochMs(openedAt) + epochMs(decideBy)) / 2;

/** Why the open stage's people should have been asked again by now. An escalation is a reminder to the first group too. */
export function againDue(grant: Grant, now: number): Exclude<Again, "resend"> | undefined {
  const stage = openStage(grant);
  if (!stage) return undefined;
  if (stage.escalateAt !== undefined && now >= epochMs(stage.escalateAt)) return "escalation";
  const half = halfTime(stage);
  return half !== undefined && now >= half ? "reminder" : undefined;
}

/** The next time at which something is owed to a stage that waits for people: half time, escalation, deadline. */
function nextOfStage(stage: Stage | undefined, askedAt: string, now: number): number {
  const deadline = epochMs(stage?.decideBy ?? askedAt);
  const others = stage
    ? [halfTime(stage), stage.escalateAt === undefined ? undefined : epochMs(stage.escalateAt)]
    : [];
  return Math.min(deadline, ...others.filter((at) => at !== undefined && at > now).map(Number));
}

/** True when the run that claimed the grant is surely dead: another may claim. */
export const claimIsDead = (grant: Grant, now: number): grant is GrantIn<"ACTIVATING"> =>
  grant.status === "ACTIVATING" && now >= epochMs(grant.claimedAt) + LIMITS_MS.claimLease;

/** When the next attempt is due; undefined when none is owed. */
function mintDue(grant: GrantIn<"APPROVED" | "ACTIVATING" | "ACTIVE">): number | undefined {
  if (grant.status === "ACTIVE") return nextRotation(grant);
  if (grant.status === "ACTIVATING") return epochMs(grant.claimedAt) + LIMITS_MS.claimLease;
  return Math.max(epochMs(grant.approvedAt), grant.requestedStart ? epochMs(grant.requestedStart) : 0);
}

/** When a workflow that lives must surely have claimed the next attempt; undefined when none is owed. */
export function overdueAt(grant: GrantIn<"APPROVED" | "ACTIVATING" | "ACTIVE">): number | undefined {
  const next = mintDue(grant);
  const margin = grant.status === "APPROVED" ? FOLLOW_UP_MS : END_MARGIN_MS;
  return next === undefined ? undefined : next + margin;
}

/**
 * When `sweep` should next look at a grant: the earliest time at which something must have happened; undefined when
 * nothing is owed. After a move it is soon, to see that its follow-up came (workflow started, mail out, deny written);
 * after a look that found all well, only half time, escalation and deadline are left. A grant on its way to REVOKED is looked at each minute.
 */
export function nextCheck(grant: Grant, now: number, since: "move" | "look"): string | undefined {
  const soon = now + FOLLOW_UP_MS;
  const by = (deadline: number) => isoMillis(since === "move" ? Math.min(soon, deadline) : deadline);
  switch (grant.status) {
    case "PENDING":
      return by(nextOfStage(openStage(grant), grant.askedAt, now));
    case "APPROVED": {
      const mint = overdueAt(grant) ?? Number.POSITIVE_INFINITY;
      return by(Math.min(Math.max(mint, now + REVIVED_MS), epochMs(grant.startBy)));
    }
    case "ACTIVATING":
    case "ACTIVE": {
      const mint = overdueAt(grant) ?? Number.POSITIVE_INFINITY;
      const again = since === "move" ? mint : Math.max(mint, now + REVIVED_MS);
      return isoMillis(Math.min(again, epochMs(grant.endsAt) + END_MARGIN_MS));
    }
    case "REVOKING":
      return isoMillis(Math.min(soon, epochMs(grant.endsAt)));
    default:
      return undefined;
  }
}
