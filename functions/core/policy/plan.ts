import { eligibleApprovers } from "../approval/eligible.ts";
import type { Agent, Catalogue } from "../catalogue.ts";
import type { Rule } from "./bundle.ts";
import type { PlannedStage } from "./decided.ts";

/** The obligations that apply as stages, by their level and then by id, counted from 1 without gaps. */
export function planOf(obligations: readonly Rule[]): PlannedStage[] {
  const ordered = obligations
    .flatMap(({ id, reason, obligation }) => (obligation ? [{ id, reason, ...obligation }] : []))
    .sort((a, b) => a.stage - b.stage || (a.id < b.id ? -1 : 1));
  return ordered.map(({ id, reason, approvers, quorum, stage: _level, ...more }, index) => ({
    stage: index + 1,
    rule: id,
    reason,
    group: approvers,
    quorum,
    ...more,
  }));
}

/**
 * True when the stages can all be filled by distinct eligible people (I-13): a person counts once in the whole plan.
 * Kuhn's augmenting paths over the seats; plans and groups are small.
 */
export function canBeFilled(seats: readonly (readonly string[])[]): boolean {
  const seatOf = new Map<string, number>();
  const place = (seat: number, tried: Set<string>): boolean => {
    for (const person of seats[seat] ?? []) {
      if (tried.has(person)) continue;
      tried.add(person);
      const taken = seatOf.get(person);
      if (taken === undefined || place(taken, tried)) {
        seatOf.set(person, seat);
        return true;
      }
    }
    return false;
  };
  return seats.every((_, seat) => place(seat, new Set()));
}

type Who = { catalogue: Catalogue; agent: Agent; at: number };

/** The stages that the people there are at that time (epoch ms) cannot fill; none when the plan can be filled. */
export function unfillable(plan: readonly PlannedStage[], { catalogue, agent, at }: Who): PlannedStage[] {
  const eligible = plan.map((stage) => eligibleApprovers(catalogue, agent, stage, at).map(({ id }) => id));
  const seats = plan.flatMap(({ quorum }, index) =>
    Array.from({ length: quorum }, () => eligible[index] ?? []),
  );
  if (canBeFilled(seats)) return [];
  const short = plan.filter(({ quorum }, index) => (eligible[index]?.length ?? 0) < quorum);
  return short.length > 0 ? short : [...plan];
}
