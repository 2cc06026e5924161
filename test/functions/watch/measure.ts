import { detect, type Flag, rulesFor, type WatchState } from "../../../functions/core/watch/detect.ts";
import type { Fact } from "../../../functions/core/watch/fact.ts";
import { factsOfEvent } from "../../../functions/core/watch/facts.ts";
import type { FlagAction, FlagRule } from "../../../functions/core/watch/rule.ts";
import { factsOfAssumed, factsOfUse } from "../../../functions/core/watch/use-facts.ts";
import { deployPolicy } from "../../fakes/policy.ts";
import type { Told } from "./events.ts";
import { AGENTS, ordinary } from "./month.ts";

export const rules: readonly FlagRule[] = deployPolicy().bundle.flags;
const agents = AGENTS as Parameters<typeof factsOfEvent>[1]["agents"];
const ABOUT = {
  role: "latchkey-access-training-data",
  minter: "123456789012:assumed-role/latchkey-mint-credentials",
  prover: "123456789012:assumed-role/latchkey-prove-denial",
};

function factsIn(told: Told): Fact[] {
  if (told.kind === "event") return factsOfEvent(told.event, { agents });
  return told.kind === "used"
    ? factsOfUse(told.used, told.grant)
    : factsOfAssumed(told.assumed, told.grant, ABOUT);
}

/** Watches in memory what `watch` does with the table. */
export function openWatch(by: readonly FlagRule[] = rules) {
  const states = new Map<string, WatchState>();
  return {
    tell(told: Told): Flag[] {
      return factsIn(told).flatMap((fact) =>
        rulesFor(by, fact).flatMap(({ rule, subject }) => {
          const key = `${subject} ${rule.id}`;
          const found = detect(rule, states.get(key), fact);
          if (found) states.set(key, found.state);
          return found?.flag ?? [];
        }),
      );
    },
  };
}

export type Measured = {
  days: number;
  told: number;
  agentDays: number;
  flags: { rule: string; action: FlagAction; raised: number }[];
};

/** How often each rule rings in ordinary work: every one of these is a false alarm. */
export function measure(days: number, seed: number): Measured {
  const watch = openWatch();
  const told = ordinary(days, seed);
  const raised = told.flatMap((each) => watch.tell(each));
  const flags = rules.map(({ id, action }) => ({
    rule: id,
    action,
    raised: raised.filter(({ rule }) => rule.id === id).length,
  }));
  return { days, told: told.length, agentDays: days * AGENTS.length, flags };
}

export const sumOf = ({ flags }: Measured, ...actions: FlagAction[]): number =>
  flags.filter(({ action }) => actions.includes(action)).reduce((sum, { raised }) => sum + raised, 0);
