import type { AskAgain } from "../aws/ask-again.ts";
import { faultFields } from "../aws/log.ts";
import type { Emit } from "../aws/metrics.ts";
import { noteUnknown } from "../aws/note-outcome.ts";
import { closeCounted, countedEntities } from "../aws/table/counted.ts";
import { type DueKey, postpone, readDue } from "../aws/table/due.ts";
import { expiringDelete, expiringItem } from "../aws/table/expiring.ts";
import { applyStep, fromItem } from "../aws/table/grants.ts";
import { readItem } from "../aws/table/item.ts";
import { denyItem } from "../aws/table/roles.ts";
import { readStage } from "../aws/table/stages.ts";
import { transact } from "../aws/table/transaction.ts";
import { tellClosed } from "../aws/tell-closed.ts";
import type { StartWorkflow } from "../aws/workflow.ts";
import type { Actor } from "../core/audit/event.ts";
import { givenBy } from "../core/grant/gives.ts";
import type { Grant } from "../core/grant/grant.ts";
import { nextCheck, nextInWorkflow } from "../core/grant/schedule.ts";
import { epochMs, isoMillis, minuteOf } from "../core/time.ts";
import { closingOf } from "../end-access/end.ts";
import { checkDenyLists, type DenyListDeps } from "./deny-lists.ts";
import { gauge } from "./gauges.ts";
import { reapplyLockdowns } from "./lockdowns.ts";
import { type WatchDeps, watchPolicy } from "./policy.ts";
import { lookAtQuota } from "./quota.ts";
import { remind } from "./remind.ts";
import { lookAtReview } from "./review.ts";
import { reviveMinting } from "./stale-claim.ts";

export type SweepDeps = WatchDeps &
  DenyListDeps & {
    startWorkflow: StartWorkflow;
    askAgain: AskAgain;
    denyMarginSeconds: number;
    republish: () => Promise<void>;
    emit: Emit;
  };

const ACTOR: Actor = { type: "broker", id: "sweep" };
const FAILED_AGAIN_MS = 2 * 60_000;

/** A grant whose time is over and that nobody closed: closed here, and its waiting workflow told. */
async function closeOverdue(deps: SweepDeps, grant: Grant): Promise<boolean> {
  const closing = closingOf(deps.table, grant, { now: deps.now(), by: ACTOR, writer: deps.newId() });
  if (!closing) return false;
  const moved = await applyStep(deps.table, closing.step, closing.others);
  if (moved.ok) {
    deps.log("sweep.repaired", { grantId: grant.id, was: grant.status, status: moved.grant.status });
    await tellClosed(deps, grant, moved.grant);
    if (givenBy(moved.grant) === "permit" && "endsAt" in moved.grant)
      await noteUnknown(deps, moved.grant, ACTOR);
  }
  return true;
}

/** Starts a workflow that never started, and tells one that was not told of its last decided stage. Both are harmless when not needed. True when one was. */
async function reviveWorkflow(deps: SweepDeps, grant: Grant): Promise<boolean> {
  const next = nextInWorkflow(grant, deps.now());
  const started = grant.stages.some((stage) => stage.status === "approved")
    ? "exists"
    : await deps.startWorkflow(next);
  if (started === "started") deps.log("sweep.repaired", { grantId: grant.id, was: "workflow not started" });
  const last = grant.stages.filter((stage) => stage.status === "approved").at(-1);
  const asked = last && (await readStage(deps.table, grant.id, last.stage));
  const told = asked && (await deps.tell(asked.taskToken, next));
  if (told === "told") deps.log("sweep.repaired", { grantId: grant.id, was: "workflow not told" });
  return started === "started" || told === "told";
}

async function lookAtGrant(deps: SweepDeps, key: DueKey, grant: Grant): Promise<void> {
  if (await closeOverdue(deps, grant)) return;
  const isYoung = grant.status === "PENDING" || grant.status === "APPROVED";
  const revived = isYoung && (await reviveWorkflow(deps, grant));
  if (!revived) await reviveMinting(deps, grant);
  if (grant.status === "REVOKING") await deps.queueDeny(grant.resource.role, minuteOf(deps.now()));
  const lookAgainAt = grant.status === "PENDING" ? await remind(deps, grant) : undefined;
  const next = nextCheck(grant, deps.now(), "look");
  const sooner = next && lookAgainAt ? isoMillis(Math.min(epochMs(next), lookAgainAt)) : next;
  await postpone(deps.table, key, sooner);
}

/** A deny entry past its grant's end: once the margin is over too, its role's list is rendered anew without it. */
async function lookAtDeny(deps: SweepDeps, key: DueKey, item: Record<string, unknown>): Promise<void> {
  const { endsAt } = denyItem.parse(item);
  const role = key.pk.slice("ROLE#".length);
  const gone = epochMs(endsAt) + deps.denyMarginSeconds * 1000;
  if (deps.now() >= gone) await deps.queueDeny(role, minuteOf(deps.now()));
  await postpone(deps.table, key, isoMillis(Math.max(gone, deps.now() + 60_000)));
}

/** Sessions that end by themselves: who stops things must find them until they have ended by any clock (I-43). */
async function lookAtExpiring(deps: SweepDeps, key: DueKey, item: Record<string, unknown>): Promise<void> {
  const gone = epochMs(expiringItem.parse(item).liveUntil) + deps.denyMarginSeconds * 1000;
  if (deps.now() < gone) return postpone(deps.table, key, isoMillis(gone));
  await transact(deps.table, [expiringDelete(deps.table, key, { ifThere: false })]);
}

async function look(deps: SweepDeps, key: DueKey): Promise<void> {
  const item = await readItem(deps.table, key);
  if (!item) return;
  if (item.entity === "grant") return lookAtGrant(deps, key, fromItem(item));
  if (item.entity === "deny") return lookAtDeny(deps, key, item);
  if (item.entity === "expiring") return lookAtExpiring(deps, key, item);
  if (countedEntities.includes(String(item.entity))) {
    await closeCounted(deps.table, { pk: key.pk, sk: key.sk }, deps.now());
    return;
  }
  if (item.entity === "review") return lookAtReview(deps, key, item);
  if (item.entity === "quota") {
    const { lowered } = await lookAtQuota(deps, key, item);
    if (lowered > 0) deps.log("sweep.repaired", { was: "closed grants counted as open", count: lowered });
    return;
  }
  throw new TypeError(`nothing is known to do about ${String(item.entity)}`);
}

/** What is looked at as a whole, each by itself: one that fails keeps nothing else from being done. */
const watches = { policy: watchPolicy, lockdowns: reapplyLockdowns };

async function watch(deps: SweepDeps): Promise<number> {
  let failed = 0;
  for (const [item, look] of Object.entries(watches)) {
    try {
      await look(deps);
    } catch (fault) {
      failed += 1;
      deps.log("sweep.failed", { item, ...faultFields(fault) });
    }
  }
  return failed;
}

/** After so much of a run nothing more of the due index is begun: the lists must be compared whatever is due. */
const LOOKING_MS = 35_000;

/**
 * Each minute: whether policy changed and lockdowns hold; then everything whose time has come, from the due index (so the
 * cost follows what is due), each read again strongly consistent before anything is done; then whether IAM has what the
 * table says. One that fails is logged and comes again in two minutes; the others go on. What there is no time for is due still.
 */
export async function sweep(deps: SweepDeps): Promise<{ looked: number; failed: number }> {
  const until = deps.now() + LOOKING_MS;
  let failed = await watch(deps);
  let looked = 0;
  const due = await readDue(deps.table, isoMillis(deps.now()));
  for (const key of due) {
    if (deps.now() > until) break;
    looked += 1;
    try {
      await look(deps, key);
    } catch (fault) {
      failed += 1;
      // Backs off, so that what always fails cannot keep the rest of its shard from being looked at.
      await postpone(deps.table, key, isoMillis(deps.now() + FAILED_AGAIN_MS)).catch(() => undefined);
      deps.log("sweep.failed", { item: `${key.pk} ${key.sk}`.slice(0, 100), ...faultFields(fault) });
    }
  }
  await checkDenyLists(deps);
  await deps.republish();
  await gauge(deps);
  deps.log("sweep.done", { looked, left: due.length - looked, failed });
  return { looked, failed };
}
