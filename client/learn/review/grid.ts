import type { Agent, Subject } from "../../../functions/core/catalogue.ts";
import { ACTION, type SubjectAccess } from "../../../functions/core/kinds/names.ts";
import { clockFacts } from "../../../functions/core/policy/clock.ts";
import type { AskInput } from "../../../functions/core/policy/context.ts";
import type { RiskPolicy } from "../../../functions/core/policy/risk.ts";

/**
 * The asks that a permission is judged by. What policy says of others lies between these or depends on what an agent did
 * before: docs/access-review.md says so.
 */
export const situations = {
  ordinary: "a part of it, for a minute, in working hours, with a ticket, by an agent that has had it before",
  whole: "the same, of the whole resource",
  longest: "the same as the first, for the longest window that passes",
  night: "the same as the first, at two in the night",
  triggered: "an action, with every trigger of its type firing",
} as const;
export type Situation = keyof typeof situations;

/** What an action is asked with is its parameters: it has no part, and its permit's time is its type's. */
export const situationsOf = ({ kind }: Subject): readonly Situation[] =>
  kind === ACTION ? ["ordinary", "triggered", "night"] : ["ordinary", "whole", "longest", "night"];

const HOUR_MS = 3_600_000;
const NIGHT_HOUR = 2;

export type Moments = { day: number; night: number };

/** Moments of the month's first days, by the company's clock: one in working hours and one at night. */
export function momentsOf(risk: RiskPolicy, from: number): Moments {
  const hours = Array.from({ length: 14 * 24 }, (_, hour) => from + hour * HOUR_MS);
  const first = (is: (clock: ReturnType<typeof clockFacts>) => boolean): number =>
    hours.find((at) => is(clockFacts(risk, at))) ?? from;
  return {
    day: first(({ workingHours }) => workingHours),
    night: first(({ workingHours, hour }) => !workingHours && hour === NIGHT_HOUR),
  };
}

const MODEL = "the model approved last";
const SHORTEST_SECONDS = 60;

export type Asked = { agent: Agent; resource: Subject; access: SubjectAccess; masked: boolean };

type Other = { windowSeconds?: number; breakGlass?: boolean; triggers?: string[] };

/** The ask of a situation, for the shortest window where no other is said. */
export function inputIn(
  situation: Situation,
  { agent, resource, access, masked }: Asked,
  moments: Moments,
  { windowSeconds, breakGlass = false, triggers = [] }: Other = {},
): AskInput {
  const startsAt = situation === "night" ? moments.night : moments.day;
  return {
    ...{ agent, resource, access, at: startsAt },
    facts: {
      windowSeconds:
        windowSeconds ?? (resource.kind === ACTION ? resource.maxWindowSeconds : SHORTEST_SECONDS),
      wholeResource: situation === "whole",
      masked,
      ...{ purposeGiven: true, ticketGiven: true, breakGlass, model: MODEL, startsAt },
      ...(situation === "triggered" ? { triggers } : {}),
      standing: {
        ...{ openGrants: 0, firstUse: false, recentGrants: 0, recentWindowSeconds: 0, openReview: false },
        lastModel: MODEL,
      },
    },
  };
}
