import type { Log } from "../aws/log.ts";
import type { Now } from "../aws/system.ts";
import type { StartWorkflow } from "../aws/workflow.ts";
import type { Grant } from "../core/grant/grant.ts";
import { nextInWorkflow, overdueAt } from "../core/grant/schedule.ts";
import { epochMs } from "../core/time.ts";

const MINUTE_MS = 60_000;

/**
 * An approval that nobody claimed, a claim whose lease is over, or a session that should have been renewed, and nobody went
 * on: the workflow is dead. Starts another in its place, named by the minute, so that two sweeps of one minute start one. If the first lives after all, both
 * ask the minter, and its claim lets one of them through (I-02, I-42).
 */
export async function reviveMinting(
  deps: { now: Now; log: Log; startWorkflow: StartWorkflow },
  grant: Grant,
): Promise<void> {
  if (grant.status !== "APPROVED" && grant.status !== "ACTIVATING" && grant.status !== "ACTIVE") return;
  const now = deps.now();
  const overdue = overdueAt(grant);
  if (overdue === undefined || now < overdue) return;
  // The first workflow has the grant's own name, which counts as run 1; an hour-old grant's next is run 61.
  const run = Math.ceil((now - epochMs(grant.askedAt)) / MINUTE_MS) + 1;
  if ((await deps.startWorkflow(nextInWorkflow(grant, now), run)) === "started")
    deps.log("sweep.repaired", { grantId: grant.id, was: "nobody minted", status: grant.status });
}
