import type { SealedEvent } from "../../../functions/core/audit/event.ts";
import { isoSeconds, minuteOf } from "../../../functions/core/time.ts";
import type { FlagRule } from "../../../functions/core/watch/rule.ts";
import {
  type RoleAssumed,
  type SessionUsed,
  USE_SOURCE,
  USE_TYPES,
} from "../../../functions/core/watch/use.ts";
import type { WatchDeps } from "../../../functions/watch/deps.ts";
import { watch } from "../../../functions/watch/watch.ts";
import { ACCOUNT } from "../../fakes/api.ts";
import type { World } from "../../fakes/world.ts";
import { idOf } from "../../history/scribe.ts";

const MINTER = `${ACCOUNT}:assumed-role/latchkey-mint-credentials`;
export const PROVER = `${ACCOUNT}:assumed-role/latchkey-prove-denial`;
export const AGAIN = { schema: 1, again: true };

/** As EventBridge delivers it. */
export const delivered = ({ event, hash }: SealedEvent) => ({
  ...{ source: "latchkey", "detail-type": event.type },
  detail: { ...event, hash },
});
const toldOf = (type: string, detail: unknown) => ({
  source: USE_SOURCE,
  "detail-type": type,
  detail,
});

export const watchDeps = (
  world: World,
  flags: readonly FlagRule[] = world.policy.bundle.flags,
): WatchDeps => ({
  ...world.deps(),
  flags,
});

/** Publishes what happened since, and lets it be watched. */
export async function watchAll(world: World, flags?: readonly FlagRule[]): Promise<string[]> {
  await world.publish();
  const raised: string[] = [];
  for (const event of world.bus.taken.splice(0))
    raised.push(...(await watch(watchDeps(world, flags), delivered(event))).flags);
  return raised;
}

/** A minute in which all calls of a grant's session were refused. */
export function allRefused(grant: string, at: number, calls: number, label = ""): unknown {
  const detail: SessionUsed = {
    ...{ v: 1, id: idOf(`${grant} ${at} ${calls} ${label}`), grant, minute: `${minuteOf(at)}:00Z` },
    ...{ first: isoSeconds(at), last: isoSeconds(at + 1_000), calls, bytes: 0 },
    run: { head: calls, longest: calls, tail: calls, all: true },
    ...{ networks: [], regions: ["eu-central-1"] },
  };
  return toldOf(USE_TYPES.used, detail);
}

export const assumed = (
  given: Partial<RoleAssumed> & Pick<RoleAssumed, "role" | "session" | "time">,
): unknown =>
  toldOf(USE_TYPES.assumed, {
    ...{ v: 1, id: idOf(JSON.stringify(given)), account: ACCOUNT, by: MINTER, refused: false },
    ...given,
  });

export const flagsOf = (world: World): { rules: string; action: string }[] =>
  world.events("flag.raised").map(({ facts }) => ({ rules: facts.rules, action: facts.action }));
