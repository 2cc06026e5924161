import type { History } from "../history.ts";
import type { Life } from "../life.ts";

/** One expected row: times as ISO texts in milliseconds; absent for null. */
export type Row = Record<string, string | number | boolean | undefined>;
export type Values = Readonly<Record<string, string>>;
export type Truth = (history: History, values: Values) => Row[];

export const time = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString();
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
export const periodOf = ({ from = "", to = "" }: Values): ((at: number | undefined) => boolean) => {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return (at) => at !== undefined && at >= start && at < end;
};

/** Groups by a key that the row itself tells. */
export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

/** What a grant was asked for, as most answers repeat it. */
export const asked = (life: Life): Row => ({
  grant_id: life.id,
  agent_id: life.agent.id,
  resource_id: life.resource.id,
  access: life.access,
});
