import { type Refusal, refusal } from "../core/errors.ts";
import type { Grant } from "../core/grant/grant.ts";
import { type Lockdown, type Locked, lockdownOn } from "../core/lockdown.ts";
import type { Table } from "./table/client.ts";
import { readLockdowns } from "./table/lockdowns.ts";

/** What of a grant a lockdown may be about. */
export const lockedPart = ({ agent, resource }: Grant): Locked => ({
  agent: agent.id,
  resource: resource.id,
  role: resource.role,
});

/** `403 locked_down`: which lockdown, and what it is about. Its reason is for those who may look at it. */
export const lockedDown = ({ id, target }: Lockdown): Refusal =>
  refusal("locked_down", undefined, { lockdown: id, target });

/** The lockdown that forbids this now, if any: one strongly consistent query. */
export const lockdownAgainst = async (table: Table, about: Locked): Promise<Lockdown | undefined> =>
  lockdownOn(await readLockdowns(table), about);
