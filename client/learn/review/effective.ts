import { eligibleApprovers } from "../../../functions/core/approval/eligible.ts";
import { type Catalogue, offersMasked, subjectOf } from "../../../functions/core/catalogue.ts";
import { ACTION } from "../../../functions/core/kinds/names.ts";
import { decideOnce } from "../../../functions/core/policy/ask.ts";
import type { Rule } from "../../../functions/core/policy/bundle.ts";
import type { Decision } from "../../../functions/core/policy/decided.ts";
import type { DecideDeps } from "../../../functions/core/policy/decision.ts";
import { type Asked, inputIn, type Moments, momentsOf, type Situation, situationsOf } from "./grid.ts";

/** What policy answers in one situation. `parameters`: the answer is made by rules that read what an action is asked with. */
type Answer = {
  outcome: "at once" | "people" | "never" | "by its parameters";
  /** `2 of privacy`, stage by stage. */
  people: string[];
  rules: string[];
};

/** What one agent may do with one resource, and who decides. */
export type Permission = Asked & {
  answers: Partial<Record<Situation, Answer>>;
  /** The longest window that passes in the ordinary situation, at once or by people; absent where none does. */
  longestSeconds?: number;
  /** `privacy: priya, tomas`: who may answer, of the stages of all situations. */
  approvers: string[];
  mayBreakGlass: boolean;
  /** Rules that read an action's parameters and may apply: what they come to no grid says. */
  byParameters: string[];
};

/** True when policy lets some ask of it pass, at once or by people. */
export const isPermitted = ({ answers }: Permission): boolean =>
  Object.values(answers).some(({ outcome }) => outcome !== "never");

/** Everything that could be asked for: each agent, resource or action type, access, and masked where that is offered. */
function* asksOf(catalogue: Catalogue): Generator<Asked> {
  const { agents, resources, actions = [] } = catalogue;
  const ids = [...resources, ...actions].map(({ id }) => id);
  const subjects = ids.flatMap((id) => subjectOf(catalogue, id) ?? []);
  for (const agent of agents)
    for (const resource of subjects)
      for (const access of resource.accesses) {
        yield { agent, resource, access, masked: false };
        if (offersMasked(resource, access)) yield { agent, resource, access, masked: true };
      }
}

const READS_PARAMETERS = /\bcontext\s*(\.|has)\s*(numbers|texts|flags)\b/;
const NAMES = /Resource::"([^"]+)"/g;

/** Rules that read parameters, and name this action type or none. */
function parametricRules(rules: readonly Rule[], { resource }: Asked): Rule[] {
  if (resource.kind !== ACTION) return [];
  return rules.filter(({ text }) => {
    const named = [...text.matchAll(NAMES)].map(([, id]) => id);
    return READS_PARAMETERS.test(text) && (named.length === 0 || named.includes(resource.id));
  });
}

function answerOf({ outcome, rules, plan }: Decision, parametric: readonly Rule[]): Answer {
  const ids = rules.map(({ id }) => id);
  const isByParameters = outcome === "deny" && ids.every((id) => parametric.some((rule) => rule.id === id));
  if (isByParameters) return { outcome: "by its parameters", people: [], rules: ids };
  if (outcome === "deny") return { outcome: "never", people: [], rules: ids };
  const people = plan.map(({ quorum, group }) => `${quorum} of ${group}`);
  return { outcome: outcome === "allow" ? "at once" : "people", people, rules: ids };
}

function approversOf(
  { catalogue }: DecideDeps,
  { agent }: Asked,
  decisions: readonly (readonly [Decision, number])[],
) {
  const byGroup = new Map<string, Set<string>>();
  for (const [{ plan }, at] of decisions)
    for (const { stage: _, rule: __, reason: ___, ...demand } of plan) {
      const known = byGroup.get(demand.group) ?? new Set();
      for (const { id } of eligibleApprovers(catalogue, agent, demand, at)) known.add(id);
      byGroup.set(demand.group, known);
    }
  return [...byGroup].map(([group, people]) => `${group}: ${[...people].sort().join(", ")}`);
}

/** True when a rule says no whatever the context is: Cedar lets no permit overrule a forbid, in no situation. */
const isRefusedAlways = (rules: readonly Rule[], { outcome, rules: by }: Decision): boolean =>
  outcome === "deny" &&
  rules.some(
    ({ id, effect, text }) =>
      effect === "forbid" && by.some((note) => note.id === id) && !/\bcontext\b/.test(text),
  );

/** The windows that can be the longest: the resource's, and those that rules name. The longest first. */
function windowsOf(rules: readonly Rule[], { resource }: Asked): number[] {
  const named = rules.flatMap(({ maxWindowSeconds }) => maxWindowSeconds ?? []);
  return [...new Set([resource.maxWindowSeconds, ...named])]
    .filter((seconds) => seconds <= resource.maxWindowSeconds)
    .sort((one, other) => other - one);
}

/** What one agent may do with one resource, by evaluating policy. */
function permissionOf(deps: DecideDeps, asked: Asked, moments: Moments): Permission {
  const { rules } = deps.bundle;
  const parametric = parametricRules(rules, asked);
  const type = deps.catalogue.actions?.find(({ id }) => id === asked.resource.id);
  const triggers = (type?.triggers ?? []).map(({ id }) => id);
  const ordinary = decideOnce(deps, inputIn("ordinary", asked, moments));
  if (isRefusedAlways(rules, ordinary)) {
    const never = answerOf(ordinary, []);
    const answers = Object.fromEntries(situationsOf(asked.resource).map((situation) => [situation, never]));
    return { ...asked, answers, approvers: [], mayBreakGlass: false, byParameters: [] };
  }
  const passes = (windowSeconds: number): boolean =>
    decideOnce(deps, inputIn("ordinary", asked, moments, { windowSeconds })).outcome !== "deny";
  const isAction = asked.resource.kind === ACTION;
  const longestSeconds = isAction ? undefined : windowsOf(rules, asked).find(passes);
  const inputs = situationsOf(asked.resource).map((situation) => {
    const longest = situation === "longest" && longestSeconds ? { windowSeconds: longestSeconds } : {};
    return [situation, inputIn(situation, asked, moments, { ...longest, triggers })] as const;
  });
  const decided = inputs.map(([situation, input]) => {
    const decision = situation === "ordinary" ? ordinary : decideOnce(deps, input);
    return [situation, decision, input.at] as const;
  });
  const answers = Object.fromEntries(
    decided.map(([situation, decision]) => [situation, answerOf(decision, parametric)]),
  ) as Permission["answers"];
  const needsPeople = answers.ordinary?.outcome === "people";
  const glass = needsPeople && decideOnce(deps, inputIn("ordinary", asked, moments, { breakGlass: true }));
  return {
    ...asked,
    answers,
    ...(longestSeconds === undefined ? {} : { longestSeconds }),
    approvers: approversOf(
      deps,
      asked,
      decided.map(([, decision, at]) => [decision, at] as const),
    ),
    mayBreakGlass: glass !== false && glass.breakGlass !== undefined,
    byParameters: parametric.map(({ id }) => id),
  };
}

/**
 * Who may ask for what, by evaluating policy for everything that could be asked for. Pure. `from`: the first moment of the
 * month, epoch ms.
 */
export function effectiveOf(deps: DecideDeps, from: number): Permission[] {
  const moments = momentsOf(deps.bundle.risk, from);
  return [...asksOf(deps.catalogue)].map((asked) => permissionOf(deps, asked, moments));
}
