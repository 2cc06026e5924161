import type { Move, RecordedGrant } from "../../../../client/learn/record/grant.ts";
import { remembering } from "../../../../client/learn/replay/memo.ts";
import { firedTriggers, flatParameters, type Parameters } from "../../../../functions/core/actions/values.ts";
import { eligibleApprovers } from "../../../../functions/core/approval/eligible.ts";
import { subjectOf } from "../../../../functions/core/catalogue.ts";
import { decideOnce } from "../../../../functions/core/policy/ask.ts";
import type { AskInput } from "../../../../functions/core/policy/context.ts";
import type { Decision } from "../../../../functions/core/policy/decided.ts";
import type { DecideDeps } from "../../../../functions/core/policy/decision.ts";
import { windowCapOf } from "../../../../functions/core/policy/window-cap.ts";
import { numbers } from "../../../fakes/numbers.ts";
import { deployPolicy } from "../../../fakes/policy.ts";
import { type Habit, habits, type Plant, planted } from "./habits.ts";

const DAY_MS = 86_400_000;
/** The year of the record: from its first day on. */
export const YEAR = { from: Date.UTC(2026, 0, 1), until: Date.UTC(2027, 0, 1) } as const;
export const PLANTS: Record<Plant, number> = { flips: 137, alwaysApproved: 80 };

/** `asks` in all, those of the plants among them. The same seed makes the same year. */
export type YearOptions = { seed: number; asks: number; plants?: Partial<Record<Plant, number>> };
export type Year = { grants: RecordedGrant[] };

type Chance = {
  number(): number;
  of<T>(list: readonly T[]): T;
  whole(from: number, to: number): number;
};

function chanceOf(seed: number): Chance {
  const number = numbers(seed);
  return {
    number,
    of: (list) => list[Math.floor(number() * list.length)] as (typeof list)[number],
    whole: (from, to) => from + Math.floor(number() * (to - from + 1)),
  };
}

const idOf = (chance: Chance): string =>
  Array.from({ length: 16 }, () => chance.of([..."abcdefghijklmnopqrstuvwxyz234567"])).join("");

/** A time within the year: mostly on weekdays between nine and four in Berlin, summer and winter. */
function timeOf(chance: Chance, { outOfHours }: Habit): number {
  for (;;) {
    const at = YEAR.from + Math.floor(chance.number() * 365) * DAY_MS;
    const weekday = new Date(at).getUTCDay();
    if (!outOfHours && (weekday === 0 || weekday === 6)) continue;
    const hour = outOfHours ? chance.whole(19, 22) : chance.whole(8, 14);
    return at + hour * 3_600_000 + chance.whole(0, 3_599_999);
  }
}

/** Habits by their weight. */
function picker(chance: Chance): () => Habit {
  const total = habits.reduce((sum, { weight }) => sum + weight, 0);
  return () => {
    let left = chance.number() * total;
    const found = habits.find(({ weight }) => {
      left -= weight;
      return left < 0;
    });
    return found ?? (habits[0] as Habit);
  };
}

function inputOf(deps: DecideDeps, habit: Habit, at: number, chance: Chance, isFirst: boolean): AskInput {
  const agent = deps.catalogue.agents.find(({ id }) => id === habit.agent);
  const resource = subjectOf(deps.catalogue, habit.resource);
  if (!agent || !resource) throw new Error(`no ${habit.agent} or ${habit.resource}`);
  const scope = habit.scopes ? chance.of(habit.scopes) : undefined;
  const type = deps.catalogue.actions?.find(({ id }) => id === habit.resource);
  const parameters =
    type && scope?.parameters ? (JSON.parse(String(scope.parameters)) as Parameters) : undefined;
  const facts = {
    windowSeconds: type?.permitSeconds ?? chance.of(habit.windows),
    wholeResource: scope === undefined,
    masked: habit.masked ?? false,
    purposeGiven: true,
    ticketGiven: habit.ticket ?? false,
    breakGlass: false,
    startsAt: at,
    standing: {
      openGrants: chance.whole(0, 2),
      firstUse: isFirst,
      recentGrants: chance.whole(0, 4),
      recentWindowSeconds: chance.whole(0, 4) * 600,
      openReview: false,
    },
    ...(type && parameters
      ? { triggers: firedTriggers(type, parameters), parameters: flatParameters(parameters) }
      : {}),
  };
  return { agent, resource, access: habit.access, scope, facts, at };
}

const BROKER = { type: "broker" as const, id: "broker" };

/** What people made of an ask, one after the other; and whether all said yes, and when the last did. */
function words(deps: DecideDeps, input: AskInput, decision: Decision, habit: Habit, chance: Chance) {
  const moves: Omit<Move, "sequence">[] = [];
  const counted = new Set<string>();
  let at = input.at;
  for (const [index, stage] of decision.plan.entries()) {
    const may = eligibleApprovers(deps.catalogue, input.agent, stage, at)
      .map(({ id }) => id)
      .filter((id) => !counted.has(id));
    for (let seat = 0; seat < stage.quorum; seat += 1) {
      at += chance.whole(60_000, 3_600_000);
      const of = { stage: stage.stage, group: stage.group };
      const fate = habit.alwaysApproved ? 1 : chance.number();
      if (fate < 0.03)
        return {
          moves: [...moves, { type: "grant.expired", at, actor: BROKER, code: "nobody_decided" }],
          at,
        };
      const person = may.splice(chance.whole(0, may.length - 1), 1)[0] ?? "";
      counted.add(person);
      const actor = { type: "person" as const, id: person };
      if (fate < 0.15)
        return { moves: [...moves, { type: "grant.rejected", at, actor, ...of, code: "rejected" }], at };
      const isLast = index === decision.plan.length - 1 && seat === stage.quorum - 1;
      moves.push({ type: isLast ? "grant.approved" : "grant.stage_approved", at, actor, ...of });
    }
  }
  return { moves, at, isApproved: true };
}

/** The window, from its claim to its end. */
function live(approvedAt: number, windowSeconds: number): Omit<Move, "sequence">[] {
  const startsAt = Math.floor((approvedAt + 1500) / 1000) * 1000;
  const window = { attempt: 1, startsAt, endsAt: startsAt + windowSeconds * 1000 };
  const by = { actor: BROKER, ...window };
  return [
    { type: "grant.attempt_claimed", at: approvedAt + 1200, ...by },
    { type: "grant.activated", at: approvedAt + 2400, ...by },
    { type: "grant.ended", at: window.endsAt + 700, ...by, code: "window_over" },
  ];
}

/** An ask and its decision as the record tells them. */
export function recordOf(
  deps: DecideDeps,
  input: AskInput,
  decision: Decision,
  { id, ticket }: { id: string; ticket?: string | undefined },
): RecordedGrant {
  const { agent, resource, access, scope, facts, at } = input;
  const { risk, context, outcome, rules, plan, policyVersion, breakGlass, shadow } = decision;
  const { parameters: _, ...seen } = context;
  const capSeconds = windowCapOf(deps.bundle.rules, decision, resource);
  const factors = Object.fromEntries((risk?.factors ?? []).map(({ name, points }) => [name, points]));
  return {
    ...{ id, agent: agent.id, owner: agent.owner, team: agent.team },
    ...{ resource: resource.id, resourceArn: resource.arn, environment: resource.environment },
    ...{ access, ...(scope ? { scope } : {}), masked: facts.masked, windowSeconds: facts.windowSeconds },
    ...{ purpose: "Everyday work", ...(ticket === undefined ? {} : { ticket }) },
    ...(facts.model === undefined ? {} : { model: facts.model }),
    ...{ askedAt: at, decision: outcome, rules: rules.map((rule) => rule.id), policyVersion },
    plan: plan.map(({ stage, group, quorum }) => ({ stage, group, quorum })),
    ...(capSeconds === undefined ? {} : { capSeconds }),
    ...(risk ? { risk: { score: risk.score, factors } } : {}),
    ...{ breakGlass: breakGlass !== undefined, context: seen },
    ...(shadow ? { shadow: shadow.notes } : {}),
    moves: [
      {
        ...{ type: "grant.requested", at, sequence: 1, actor: { type: "agent", id: agent.id } },
        ...(outcome === "deny" ? { code: "policy_denied" } : {}),
      },
    ],
  };
}

function grantOf(deps: DecideDeps, habit: Habit, at: number, chance: Chance, isFirst: boolean) {
  const input = inputOf(deps, habit, at, chance, isFirst);
  const decision = decideOnce(deps, input);
  const isAsked = decision.outcome === "needs_approval";
  const said = isAsked ? words(deps, input, decision, habit, chance) : { moves: [], at };
  const passes = decision.outcome === "allow" || "isApproved" in said;
  const grant = recordOf(deps, input, decision, {
    id: idOf(chance),
    ticket: habit.ticket && "NW-1234",
  });
  const later = [...said.moves, ...(passes ? live(said.at, input.facts.windowSeconds) : [])];
  return {
    ...grant,
    moves: [...grant.moves, ...later.map((move, index) => ({ ...move, sequence: index + 2 }))],
  };
}

/**
 * A year of the example company, with facts planted in it: asks by habit, each decided by the real policy, with what became
 * of it. In the order of asking.
 */
export function yearOf({ seed, asks, plants = {} }: YearOptions): Year {
  const chance = chanceOf(seed);
  const { bundle, catalogue, engine } = deployPolicy();
  // Many of a hundred thousand asks are alike in all that rules read.
  const deps = { bundle, catalogue, engine: remembering(engine, bundle.rules) };
  const pick = picker(chance);
  const special = (Object.keys(PLANTS) as Plant[]).flatMap((plant) =>
    Array.from({ length: plants[plant] ?? PLANTS[plant] }, (): Habit => planted[plant]),
  );
  const everyday = Array.from({ length: asks - special.length }, pick);
  const timed = [...special, ...everyday]
    .map((habit) => ({ habit, at: timeOf(chance, habit) }))
    .sort((one, other) => one.at - other.at);
  const seen = new Set<string>();
  const grants = timed.map(({ habit, at }) => {
    const pair = `${habit.agent} ${habit.resource}`;
    const isFirst = !seen.has(pair);
    seen.add(pair);
    return grantOf(deps, habit, at, chance, isFirst);
  });
  return { grants };
}
