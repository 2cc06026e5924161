import type { Answer } from "../aws/http/answer.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { orderDenies } from "../aws/order-denies.ts";
import { eventPut } from "../aws/table/events.ts";
import { readItem } from "../aws/table/item.ts";
import { keys } from "../aws/table/keys.ts";
import { lockdownDeletes, readLockdown } from "../aws/table/lockdowns.ts";
import { readKnown } from "../aws/table/policy-seen.ts";
import { transact } from "../aws/table/transaction.ts";
import type { LiftedView, WhyStopped } from "../core/api/schemas.ts";
import { mayLift, mayLockDown } from "../core/approval/stops.ts";
import { keptEvent, sealEvent } from "../core/audit/event.ts";
import { refusal } from "../core/errors.ts";
import { grantId } from "../core/ids.ts";
import { type Lockdown, lockdownFacts, rolesUnder } from "../core/lockdown.ts";
import { isoMillis } from "../core/time.ts";
import type { StopsDeps } from "./deps.ts";

const liftedEvent = (id: string) => `${id}-lifted`;

/** Who lifted a lockdown and why, from the record; undefined when nobody did. */
async function readLifted(deps: StopsDeps, id: string): Promise<LiftedView | undefined> {
  const item = await readItem(deps.table, keys.looseEvent(liftedEvent(id)));
  if (!item) return undefined;
  const { actor, time, facts } = keptEvent.parse(JSON.parse(String(item.body)));
  return { id, lifted: true, by: actor.id, at: time, reason: facts.reason ?? "" };
}

async function lift(deps: StopsDeps, { actor, query }: Call, lockdown: Lockdown): Promise<void> {
  const event = sealEvent({
    v: 1,
    id: liftedEvent(lockdown.id),
    type: "lockdown.lifted",
    time: isoMillis(deps.now()),
    actor,
    facts: { ...lockdownFacts(lockdown), reason: (query as WhyStopped).reason },
  });
  const writes = [
    ...lockdownDeletes(deps.table, lockdown),
    eventPut(deps.table, keys.looseEvent(event.event.id), event),
  ];
  // Lifted by another at this moment, or an answer that was lost: what stands in the table is said either way.
  await transact(deps.table, writes).catch(async (fault: unknown) => {
    if (!(await readLifted(deps, lockdown.id))) throw fault;
  });
}

/**
 * `DELETE /lockdowns/{id}`: somebody else of security than who set it says why it may end. What it ended stays ended.
 * Repeated, it answers what was recorded.
 */
export async function liftLockdown(deps: StopsDeps, call: Call): Promise<Answer> {
  const { principal } = call;
  if (principal.kind !== "person") return refusal("not_your_role");
  const { person } = principal;
  if (!mayLockDown(deps.catalogue, { person, at: deps.now() })) return refusal("not_your_role");
  const id = grantId.safeParse(call.params.id);
  if (!id.success) return refusal("not_found");
  const lockdown = await readLockdown(deps.table, id.data);
  if (lockdown) {
    if (!mayLift(deps.catalogue, lockdown.by, { person }))
      return refusal("not_your_role", "Somebody else of security lifts it than who set it.");
    await lift(deps, call, lockdown);
    const { roles } = await readKnown(deps.table, deps.catalogue);
    await orderDenies(deps, rolesUnder(lockdown, roles), `${lockdown.id}.lifted`);
  }
  const lifted = await readLifted(deps, id.data);
  if (!lifted) return refusal("not_found");
  if (lockdown) deps.log("lockdown.lifted", { lockdown: lockdown.id });
  return { status: 200, body: lifted };
}
