import { accessRoleOf } from "../core/access-role.ts";
import { type Actor, sealEvent } from "../core/audit/event.ts";
import type { Grant, GrantIn } from "../core/grant/grant.ts";
import { grantFacts } from "../core/grant/step.ts";
import { type LockdownTarget, targetText } from "../core/lockdown.ts";
import { isoMillis } from "../core/time.ts";
import type { NewId, Now } from "./system.ts";
import { type Redeemed, readBesideAction, redeemedPut } from "./table/actions.ts";
import type { Table } from "./table/client.ts";
import { eventPut } from "./table/events.ts";
import { readGrant, whileActive } from "./table/grants.ts";
import { keys } from "./table/keys.ts";
import { pinPut } from "./table/principals.ts";
import { transact, type Write } from "./table/transaction.ts";

/** Who redeems: a performing system, an agent, or what of Latchkey performs the action itself. */
export type Redemption = {
  actor: Actor;
  uniqueId: string;
  jti: string;
  key?: string;
  /** Absent: known under this name already, or a part of Latchkey. */
  pin?: { arn: string; uniqueId: string; system: string } | undefined;
};

/** What became of it. `stranger`: the name was tied to another unique id in the meantime. */
export type RedeemedOnce =
  | { is: "redeemed" | "used"; redeemed: Redeemed }
  | { is: "over"; grant: Grant }
  | { is: "locked" }
  | { is: "stranger" };

/** No lockdown of anything that the action is: each target has an item exactly while one stands. */
function noLockdown(table: Table, { agent, resource }: Grant): Write[] {
  const targets: LockdownTarget[] = [
    { type: "agent", id: agent.id },
    { type: "resource", id: resource.id },
    { type: "role", id: accessRoleOf(resource.role) },
    { type: "everything" },
  ];
  return targets.map((target) => ({
    ConditionCheck: {
      TableName: table.name,
      Key: keys.lockdownOf(targetText(target)),
      ConditionExpression: "attribute_not_exists(pk)",
    },
  }));
}

function pinWrites(
  table: Table,
  { pin, actor }: Redemption,
  { id, time }: { id: string; time: string },
): Write[] {
  if (!pin) return [];
  const { arn, uniqueId, system } = pin;
  const event = sealEvent({ v: 1, id, type: "performer.pinned", time, actor, facts: { reason: uniqueId } });
  return [
    pinPut(table, arn, { uniqueId, agent: system, pinnedAt: time }),
    eventPut(table, keys.looseEvent(id), event),
  ];
}

/**
 * Redeems an action's permit, in one transaction with its event: it holds only if the grant is ACTIVE, no lockdown stands
 * and nobody has redeemed. This is the claim before the effect: who gets `redeemed` performs the action, and nobody else.
 */
export async function redeemOnce(
  deps: { table: Table; now: Now; newId: NewId },
  grant: GrantIn<"ACTIVE">,
  redemption: Redemption,
): Promise<RedeemedOnce> {
  const { table } = deps;
  const time = isoMillis(deps.now());
  const { actor, uniqueId, jti, key } = redemption;
  const redeemed: Redeemed = { by: actor.id, uniqueId, at: time, jti, ...(key === undefined ? {} : { key }) };
  const event = sealEvent({
    ...{ v: 1, id: `${grant.id}-redeemed`, type: "permit.redeemed", time, actor, grant: grant.id },
    facts: grantFacts(grant),
  });
  const locks = noLockdown(table, grant);
  const written = await transact(table, [
    redeemedPut(table, grant.id, redeemed),
    // Its end does not move, so its time was checked with the read.
    whileActive(table, grant.id),
    ...locks,
    eventPut(table, keys.noteEvent(grant.id, "redeemed"), event),
    ...pinWrites(table, redemption, { id: deps.newId(), time }),
  ]);
  if (written.ok) return { is: "redeemed", redeemed };
  if (written.index === 1) return { is: "over", grant: (await readGrant(table, grant.id)) ?? grant };
  if (written.index > 1 && written.index <= 1 + locks.length) return { is: "locked" };
  const was = (await readBesideAction(table, grant.id)).redeemed;
  return was ? { is: "used", redeemed: was } : { is: "stranger" };
}
