import { type Lockdown, lockdown } from "../../core/lockdown.ts";
import type { Table } from "./client.ts";
import { readAll } from "./item.ts";
import { keys } from "./keys.ts";

/**
 * Every lockdown that stands, strongly consistent. Whoever grants writes its own claim first and reads this after it; who
 * sets a lockdown writes it first and reads what is live after it: one of the two sees the other (I-71).
 */
export const readLockdowns = async (table: Table): Promise<Lockdown[]> =>
  (await readAll(table, keys.lockdown(""))).map(({ pk: _pk, sk: _sk, entity: _entity, ...item }) =>
    lockdown.parse(item),
  );
