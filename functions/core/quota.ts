import type { Agent } from "./catalogue.ts";
import { minuteOf } from "./time.ts";

/** What an agent may have at once (I-45). The catalogue may say otherwise for one agent. */
const USUAL = { openGrants: 50, asksPerMinute: 60 } as const;

/** How many grants an agent may have open, and how often it may ask in a minute (dry runs and refusals by policy count). */
export type Quota = { openGrants: number; asksPerMinute: number };
export const quotaOf = ({ quota = {} }: Pick<Agent, "quota">): Quota => ({
  openGrants: quota.openGrants ?? USUAL.openGrants,
  asksPerMinute: quota.asksPerMinute ?? USUAL.asksPerMinute,
});

/** Where an agent stands with its quota. `minute` is `2026-11-21T09:30`, UTC. */
export type Used = { openGrants: number; minute: string; asks: number };

/** Which limit an ask would pass, and when it is worth asking again. */
export type OverQuota = { limit: keyof Quota; most: number; retryAfterSeconds: number };

const SOME_GRANT_MAY_END_SECONDS = 60;

/** Undefined when one ask more is within the quota. An ask that opens nothing (a dry run) counts only as an ask. */
export function overQuota(
  quota: Quota,
  used: Used,
  ask: { now: number; opens: boolean },
): OverQuota | undefined {
  const minute = minuteOf(ask.now);
  if (used.minute >= minute && used.asks >= quota.asksPerMinute) {
    const retryAfterSeconds = 60 - (Math.floor(ask.now / 1000) % 60);
    return { limit: "asksPerMinute", most: quota.asksPerMinute, retryAfterSeconds };
  }
  if (ask.opens && used.openGrants >= quota.openGrants) {
    return {
      limit: "openGrants",
      most: quota.openGrants,
      retryAfterSeconds: SOME_GRANT_MAY_END_SECONDS,
    };
  }
  return undefined;
}
