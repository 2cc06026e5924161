import { rulesFor } from "../core/watch/detect.ts";
import { actOnFlags } from "./act.ts";
import type { WatchDeps } from "./deps.ts";
import { factsOf } from "./facts.ts";
import { watchedIn } from "./input.ts";
import { takeIn } from "./raise.ts";

export type Seen = { facts: number; flags: string[]; acted: number; failed: number };

/**
 * Looks at one event by every rule that it concerns, raises what flags there are, and then does what they call for. The
 * same event again changes nothing. A fault before a flag is written is thrown, and the event comes again; after that
 * the flag stands, and what it calls for is done by this run or by a later minute's.
 */
export async function watch(deps: WatchDeps, input: unknown): Promise<Seen> {
  const watched = watchedIn(input);
  const seen: Seen = { facts: 0, flags: [], acted: 0, failed: 0 };
  if (watched.kind !== "again") {
    const facts = await factsOf(deps, watched);
    for (const fact of facts)
      for (const { rule, subject } of rulesFor(deps.flags, fact)) {
        const flag = await takeIn(deps, rule, { subject, fact });
        if (flag !== undefined) seen.flags.push(flag);
      }
    seen.facts = facts.length;
    if (seen.flags.length === 0) {
      if (facts.length === 0) deps.log("watch.skipped", { kind: watched.kind });
      return seen;
    }
  }
  return { ...seen, ...(await actOnFlags(deps)) };
}
