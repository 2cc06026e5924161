import { openGrantsNow } from "../aws/apply-lockdowns.ts";
import { isExpiring } from "../aws/deny-expiring.ts";
import { faultFields } from "../aws/log.ts";
import { stopChain } from "../aws/stop-chain.ts";
import { mayRun, orderStop, stopWasOrdered } from "../aws/stop-order.ts";
import { readGrant } from "../aws/table/grants.ts";
import { readKnown } from "../aws/table/policy-seen.ts";
import { closeFlag, type OpenFlag, readOpenFlags } from "../aws/table/watched.ts";
import { type Facts, sealEvent } from "../core/audit/event.ts";
import { isRefusal } from "../core/errors.ts";
import { isTerminal } from "../core/grant/transitions.ts";
import type { LockdownTarget } from "../core/lockdown.ts";
import { isoMillis } from "../core/time.ts";
import { FLAG_ACTOR } from "../core/watch/facts.ts";
import { stopLive } from "../stops-api/set-lockdown.ts";
import { standingOrSet } from "../stops-api/write-lockdown.ts";
import type { WatchDeps } from "./deps.ts";
import { flagFacts } from "./raise.ts";

type Outcome = Facts & { code: string };

async function stopOne(deps: WatchDeps, id: string, { rule, id: flag, reason }: OpenFlag): Promise<boolean> {
  const grant = await readGrant(deps.table, id);
  if (!grant) return false;
  if (await mayRun(deps, grant)) {
    if (!(await stopWasOrdered(deps, id)))
      await orderStop(deps, grant, { by: FLAG_ACTOR, code: "red_flag", reason: `red flag ${rule}` });
    return true;
  }
  const isOver = isTerminal(grant.status) && !isExpiring(grant, deps.now());
  const { is } = await stopChain(deps, grant, {
    by: FLAG_ACTOR,
    // The agent is shown this: which rule, and no evidence. The reason is in the record.
    why: { code: "red_flag", detail: `red flag ${flag}`, facts: { reason: `red flag ${flag}: ${reason}` } },
    unminted: "deny",
  });
  return !isOver && is === "stopped";
}

/** Ends the grant that the flag is about, with what extends it; where it is about none, all that the agent has open. */
async function revoke(deps: WatchDeps, flag: OpenFlag): Promise<Outcome> {
  const ids = flag.grant ? [flag.grant] : flag.agent ? await openGrantsNow(deps.table, flag.agent) : [];
  let count = 0;
  // Every one of them is tried, whatever one of them does.
  const faults: unknown[] = [];
  for (const id of ids) {
    try {
      if (await stopOne(deps, id, flag)) count += 1;
    } catch (fault) {
      faults.push(fault);
    }
  }
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} grants could not be stopped`);
  return { code: count > 0 ? "stopped" : "nothing_to_stop", count };
}

const targetOf = ({ subject, role, agent }: OpenFlag): LockdownTarget | undefined => {
  if (subject.startsWith("role ")) return role === undefined ? undefined : { type: "role", id: role };
  return agent === undefined ? undefined : { type: "agent", id: agent };
};

/** Sets a lockdown, or finds the one that stands, and stops what is live. What that could not stop, `sweep` stops. */
async function lockDown(deps: WatchDeps, flag: OpenFlag): Promise<Outcome> {
  const target = targetOf(flag);
  if (!target) return { code: "nothing_to_stop" };
  const reason = `red flag ${flag.id} (${flag.rule}): ${flag.reason}`;
  const order = { target, reason, by: FLAG_ACTOR.id };
  const found = await standingOrSet(deps, order, { by: FLAG_ACTOR, keyed: undefined });
  if (isRefusal(found)) throw new Error(`lockdown: ${found.error.code}`);
  const known = await readKnown(deps.table, deps.catalogue);
  const { stopped } = await stopLive(deps, found.lockdown, known, FLAG_ACTOR);
  return {
    code: found.isNew ? "locked_down" : "already_locked_down",
    lockdown: found.lockdown.id,
    count: stopped,
  };
}

const actions: Record<OpenFlag["action"], (deps: WatchDeps, flag: OpenFlag) => Promise<Outcome>> = {
  revoke,
  lockdown: lockDown,
};

async function act(deps: WatchDeps, flag: OpenFlag): Promise<void> {
  const outcome = await actions[flag.action](deps, flag);
  const event = sealEvent({
    v: 1,
    id: `${flag.id}-acted`,
    type: "flag.acted",
    time: isoMillis(deps.now()),
    actor: FLAG_ACTOR,
    ...(flag.grant ? { grant: flag.grant } : {}),
    facts: { ...flagFacts(flag), ...outcome },
  });
  if (await closeFlag(deps.table, flag.id, event))
    deps.log("flag.acted", { flag: flag.id, rule: flag.rule, outcome: outcome.code });
}

/**
 * Does what every open flag calls for. Stopping twice changes nothing, so that a run that died half way is made good by the
 * next; one flag that cannot be acted on keeps no other waiting, stays open, and rings.
 */
export async function actOnFlags(deps: WatchDeps): Promise<{ acted: number; failed: number }> {
  const done = { acted: 0, failed: 0 };
  for (const flag of await readOpenFlags(deps.table)) {
    try {
      await act(deps, flag);
      done.acted += 1;
    } catch (fault) {
      done.failed += 1;
      deps.log("flag.not_acted", { flag: flag.id, rule: flag.rule, ...faultFields(fault) });
    }
  }
  return done;
}
