import { canonicalJson } from "../../../functions/core/canonical.ts";
import type { Subject } from "../../../functions/core/catalogue.ts";
import type { PolicyBundle } from "../../../functions/core/policy/bundle.ts";
import type { Decision, PlannedStage } from "../../../functions/core/policy/decided.ts";
import { windowCapOf } from "../../../functions/core/policy/window-cap.ts";
import { rulesOfPlan } from "../approvals/stages.ts";
import type { RecordedGrant } from "../record/grant.ts";

/** How a stage is decided. `within` in seconds. */
type Manner = Pick<PlannedStage, "escalateTo" | "exclude" | "channel"> & { within: number };
/** `manner`: absent where only the record tells of the stage, which does not hold it. */
type Stage = { group: string; quorum: number; rule?: string; manner?: Manner };
/** What a policy answers, in the parts that two answers are compared by; `rules` made it, and are not compared. */
export type Answer = {
  /** `cannot_be_asked`: the catalogue does not know the agent or the resource, or does not offer it so. It counts as a no. */
  outcome: Decision["outcome"] | "cannot_be_asked";
  /** Why it cannot be asked. */
  reason?: string;
  stages: Stage[];
  /** The longest window that such an ask may have, in seconds. */
  capSeconds?: number;
  /** True where people are told afterwards instead of asked beforehand. */
  brokenGlass: boolean;
  rules: string[];
};

/** Of a rule that does not say by when: as `approvers` are asked. */
const USUALLY_WITHIN = 86_400;

type Demand = Pick<PlannedStage, "within" | "escalateTo" | "exclude" | "channel">;
const mannerOf = ({ within, escalateTo, exclude, channel }: Demand): Manner => ({
  within: within ?? USUALLY_WITHIN,
  ...(escalateTo === undefined ? {} : { escalateTo }),
  ...(exclude === undefined ? {} : { exclude }),
  ...(channel === undefined ? {} : { channel }),
});

/** What the record tells of a decision; and `decidedBy` of how its stages are decided, where that policy made it. */
export function recordedAnswer(grant: RecordedGrant, decidedBy: readonly PolicyBundle[] = []): Answer {
  const { rules = [] } = decidedBy.find(({ version }) => version === grant.policyVersion) ?? {};
  const byRule = rulesOfPlan(rules, grant);
  return {
    outcome: grant.decision,
    stages: grant.plan.map(({ group, quorum }, index) => {
      const demand = rules.find(({ id }) => id === byRule[index])?.obligation;
      return { group, quorum, ...(demand ? { manner: mannerOf(demand) } : {}) };
    }),
    ...(grant.capSeconds === undefined ? {} : { capSeconds: grant.capSeconds }),
    brokenGlass: grant.breakGlass,
    rules: grant.rules,
  };
}

export const unaskable = (reason: string): Answer => ({
  ...{ outcome: "cannot_be_asked", reason, stages: [], brokenGlass: false, rules: [] },
});

export function answerOf({ rules }: PolicyBundle, decision: Decision, resource: Subject): Answer {
  const capSeconds = windowCapOf(rules, decision, resource);
  return {
    outcome: decision.outcome,
    stages: decision.plan.map((stage) => {
      const { group, quorum, rule } = stage;
      return { group, quorum, rule, manner: mannerOf(stage) };
    }),
    ...(capSeconds === undefined ? {} : { capSeconds }),
    brokenGlass: decision.breakGlass !== undefined,
    rules: decision.rules.map(({ id }) => id),
  };
}

/** In which way an ask would be decided otherwise, as it is told. */
export const changes = {
  allowed_denied: "allowed → denied",
  people_denied: "people asked → denied",
  denied_allowed: "denied → allowed",
  denied_people: "denied → people asked",
  allowed_people: "automatic → people asked",
  people_allowed: "people asked → automatic",
  glass: "the glass would be broken otherwise",
  more_people: "more people asked",
  fewer_people: "fewer people asked",
  other_people: "other people asked",
  other_manner: "the same people asked in another manner",
  shorter_window: "a shorter window allowed",
  longer_window: "a longer window allowed",
} as const;
export type Change = keyof typeof changes;

const WORDS = {
  allow: "allowed",
  needs_approval: "people",
  deny: "denied",
  cannot_be_asked: "denied",
} as const;

const seats = (stages: readonly Stage[]): number => stages.reduce((sum, { quorum }) => sum + quorum, 0);
const inTurn = (stages: readonly Stage[]): string =>
  stages.map(({ group, quorum }) => `${quorum} ${group}`).join(",");

const isOtherManner = ({ manner: was }: Stage, { manner: is }: Stage): boolean =>
  was !== undefined && is !== undefined && canonicalJson(was) !== canonicalJson(is);

/** True where the same people are asked by both, and of one of the two it is not known how. */
export const isMannerOpen = (before: Answer, after: Answer): boolean =>
  before.stages.length > 0 &&
  inTurn(before.stages) === inTurn(after.stages) &&
  [...before.stages, ...after.stages].some(({ manner }) => manner === undefined);

function changeOfStages(before: readonly Stage[], after: readonly Stage[]): Change | undefined {
  if (inTurn(before) === inTurn(after))
    return before.some((stage, index) => isOtherManner(stage, after[index] ?? stage))
      ? "other_manner"
      : undefined;
  const more = after.length - before.length || seats(after) - seats(before);
  if (more === 0) return "other_people";
  return more > 0 ? "more_people" : "fewer_people";
}

/** In which way two answers differ: the first of outcome, glass, people and window that does. */
export function changeOf(before: Answer, after: Answer): Change | undefined {
  const [was, is] = [WORDS[before.outcome], WORDS[after.outcome]];
  if (was !== is) return `${was}_${is}` as Change;
  if (is === "denied") return undefined;
  if (before.brokenGlass !== after.brokenGlass) return "glass";
  const people = changeOfStages(before.stages, after.stages);
  if (people) return people;
  // Events of the first releases do not tell it.
  if (before.capSeconds === undefined || after.capSeconds === undefined) return undefined;
  if (before.capSeconds === after.capSeconds) return undefined;
  return after.capSeconds < before.capSeconds ? "shorter_window" : "longer_window";
}

/** The rules that had a part in one of two answers only; where both had the same, those whose demand is another now. */
export function rulesBetween(before: Answer, after: Answer): string[] {
  const differing = [
    ...after.rules.filter((id) => !before.rules.includes(id)),
    ...before.rules.filter((id) => !after.rules.includes(id)),
  ];
  if (differing.length > 0) return differing;
  const had = before.stages.map(({ group, quorum }) => `${quorum} ${group}`);
  const demanding = after.stages.filter(
    (stage, index) =>
      !had.includes(`${stage.quorum} ${stage.group}`) || isOtherManner(before.stages[index] ?? stage, stage),
  );
  return demanding.length > 0 ? demanding.flatMap(({ rule }) => rule ?? []) : after.rules;
}
