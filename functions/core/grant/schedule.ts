import * as z from "zod";
import { grantId } from "../ids.ts";
import { epochMs, isoMillis } from "../time.ts";
import { type Grant, openStage } from "./grant.ts";
import { LIMITS_MS } from "./moves.ts";

/**
 * What passes through the workflow: ids and times, never a secret. `next` says which state comes, `until` how long a
 * wait lasts. `schema` lets a later release tell its own input from the previous one's.
 */
export const workflowState = z.strictObject({
  schema: z.literal(1),
  grantId,
  next: z.enum(["ask", "waitToMint", "mint", "waitToEnd", "end", "over"]),
  stage: z.int().min(1).optional(),
  until: z.iso.datetime().optional(),
});
export type WorkflowState = z.infer<typeof workflowState>;

/** What a task of the workflow is given. */
export const grantInput = workflowState.pick({ schema: true, grantId: true });
/** What the asking of approvers is given: its stage, and the token to answer with. */
export const askInput = z.strictObject({
  ...grantInput.shape,
  stage: z.int().min(1),
  taskToken: z.string().min(1),
});

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
      return start > now ? wait("waitToMint", start) : { ...base, next: "mint" };
    }
    case "ACTIVATING":
      return wait("waitToMint", epochMs(grant.claimedAt) + LIMITS_MS.claimLease);
    case "ACTIVE":
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

/**
 * When `sweep` should next look at a grant: the earliest time at which something must have happened; undefined when
 * nothing is owed. After a move it is soon, to see that its follow-up came (workflow started, mail out, deny written);
 * after a look that found all well, only the deadline is left. A grant on its way to REVOKED is looked at each minute.
 */
export function nextCheck(grant: Grant, now: number, since: "move" | "look"): string | undefined {
  const soon = now + FOLLOW_UP_MS;
  const by = (deadline: number) => isoMillis(since === "move" ? Math.min(soon, deadline) : deadline);
  switch (grant.status) {
    case "PENDING":
      return by(epochMs(openStage(grant)?.decideBy ?? grant.askedAt));
    case "APPROVED":
      return by(epochMs(grant.startBy));
    case "ACTIVATING":
      return isoMillis(
        Math.min(epochMs(grant.claimedAt) + LIMITS_MS.claimLease, epochMs(grant.endsAt)) + END_MARGIN_MS,
      );
    case "ACTIVE":
      return isoMillis(epochMs(grant.endsAt) + END_MARGIN_MS);
    case "REVOKING":
      return isoMillis(Math.min(soon, epochMs(grant.endsAt)));
    default:
      return undefined;
  }
}
