import { stoppedNote, stopWasOrdered, wasStopped } from "../aws/stop-order.ts";
import { readBesideAction } from "../aws/table/actions.ts";
import { writeEventOnce } from "../aws/table/events.ts";
import { readGrant } from "../aws/table/grants.ts";
import { parametersOf } from "../core/actions/view.ts";
import { sealEvent } from "../core/audit/event.ts";
import type { Grant } from "../core/grant/grant.ts";
import { grantFacts } from "../core/grant/step.ts";
import { isoMillis } from "../core/time.ts";
import { type PerformDeps, performerActor } from "./deps.ts";

/**
 * True when the grant was taken away: by a revocation, a lockdown, a changed policy. An agent that releases it says that
 * it needs the permit no more, and means what was started to go on.
 */
const wasTaken = (grant: Grant): boolean =>
  (grant.status === "REVOKING" || grant.status === "REVOKED") && grant.closing.code !== "released";

/**
 * Stops what a grant started, when the grant was taken away or somebody ordered it. Idempotent. Throws when it cannot know
 * that nothing runs: a run of `perform` may be between its claim and its answer.
 */
export async function stopTaken(deps: PerformDeps, grantId: string): Promise<void> {
  const { effect, performer } = deps;
  const grant = effect.stop ? await readGrant(deps.table, grantId) : undefined;
  if (!grant || !effect.stop) return;
  if (!wasTaken(grant) && !(await stopWasOrdered(deps, grantId))) return;
  const { redeemed, outcome } = await readBesideAction(deps.table, grantId);
  if (!redeemed || (await wasStopped(deps, grantId))) return;
  const parameters = performer.parameters.parse(parametersOf(grant));
  const code = await effect.stop(performer.call(parameters, grantId));
  if (code === "none") {
    if (outcome?.result === "failed") return;
    throw new Error(`grant ${grantId}: no job is there to be stopped, and one may still be started`);
  }
  const event = sealEvent({
    ...{ v: 1, id: `${grantId}-action-stopped`, type: "action.stopped", time: isoMillis(deps.now()) },
    ...{ actor: performerActor(deps), grant: grantId },
    facts: { ...grantFacts(grant), code },
  });
  await writeEventOnce(deps.table, stoppedNote(grantId), event);
  deps.log("action.stopped", { grantId, result: code });
}
