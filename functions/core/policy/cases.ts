import { parametersProblem } from "../actions/parameters.ts";
import { firedTriggers, flatParameters } from "../actions/values.ts";
import { eligibleApprovers } from "../approval/eligible.ts";
import { canonicalJson } from "../canonical.ts";
import { type Catalogue, inPlace, offersMasked, subjectOf } from "../catalogue.ts";
import { PERFORM } from "../kinds/names.ts";
import { askProblem, parseScope } from "../kinds/registry.ts";
import { epochMs } from "../time.ts";
import { decideAsk, decideOnce } from "./ask.ts";
import type { CaseAsk, PolicyCase, RiskCase } from "./case-file.ts";
import { type AskInput, NEWCOMER } from "./context.ts";
import type { Decision, PlannedStage } from "./decided.ts";
import type { DecideDeps } from "./decision.ts";

/** A Tuesday in November 2026, 09:00 UTC: when a case is asked that does not say. */
const USUALLY = Date.UTC(2026, 10, 17, 9);

/** Where cases take place: what `{account}` and `{region}` are in them. */
const CASES_PLACE = { accountId: "000000000000", region: "us-east-1" };

/** What a case asks, whatever it says of the answer. */
export type Asked = Pick<PolicyCase, "agent" | "ask" | "at" | "context">;

/** What an action's parameters add to an ask, or why its type does not take them. */
function partOfAction(catalogue: Catalogue, { resource, parameters = {} }: CaseAsk) {
  // A performer's limits name accounts and Regions, which a case writes out.
  const type = inPlace(catalogue, CASES_PLACE).actions?.find(({ id }) => id === resource);
  if (!type) return `no action has the id ${resource}`;
  const wrong = parametersProblem(type, parameters);
  if (wrong) return `its ${wrong.path} ${wrong.problem}`;
  return {
    windowSeconds: type.permitSeconds,
    scope: { parameters: canonicalJson(parameters) },
    facts: { triggers: firedTriggers(type, parameters), parameters: flatParameters(parameters) },
  };
}

/** A case's ask as the catalogue understands it, or why it does not. */
export function inputOf(catalogue: Catalogue, { agent: who, ask, at }: Asked): AskInput | string {
  const agent = catalogue.agents.find(({ id }) => id === who);
  const action = ask.access === PERFORM ? partOfAction(catalogue, ask) : undefined;
  if (typeof action === "string") return action;
  const resource = subjectOf(catalogue, ask.resource);
  const windowSeconds = action?.windowSeconds ?? ask.windowSeconds ?? 0;
  const asked = action?.scope ?? ask.scope;
  if (!agent) return `no agent has the id ${who}`;
  if (!resource) return `no resource has the id ${ask.resource}`;
  if (!resource.accesses.includes(ask.access)) return `${resource.id} does not offer ${ask.access}`;
  if (windowSeconds < 60 || windowSeconds > resource.maxWindowSeconds)
    return `a window of ${resource.id} is from 60 to ${resource.maxWindowSeconds} seconds`;
  const scope = asked === undefined ? undefined : parseScope(resource.kind, asked);
  if (scope && !scope.success) return `its scope ${scope.error.issues[0]?.message ?? "is wrong"}`;
  const { kind, arn, settings } = resource;
  const wrong = askProblem({ kind, arn, settings, access: ask.access, scope: scope?.data });
  if (wrong) return `its scope.${wrong.part} ${wrong.problem}`;
  if (ask.masked && !offersMasked(resource, ask.access)) return `${resource.id} is not read masked`;
  const startsAt = at === undefined ? USUALLY : epochMs(at);
  const facts = {
    windowSeconds,
    ...action?.facts,
    wholeResource: scope === undefined,
    masked: ask.masked ?? false,
    purposeGiven: true,
    ticketGiven: ask.ticket ?? false,
    breakGlass: ask.breakGlass ?? false,
    ...(ask.model === undefined ? {} : { model: ask.model }),
    startsAt,
    standing: NEWCOMER,
  };
  return { agent, resource, access: ask.access, scope: scope?.data, facts, at: startsAt };
}

/** What is found when a case is tried: its decision, the rules that apply to it, and in what it is not as it should be. */
export type Tried = { decision: Decision; applying: string[]; wrong: string[] };

const shown = (stages: readonly PlannedStage[]) => stages.map(({ quorum, group }) => `${quorum} of ${group}`);

/** The outcome once those people have said yes: as a stage counts them, eligible, and each once in all (I-13). */
function outcomeAfter(
  deps: DecideDeps,
  input: AskInput,
  decision: Decision,
  approvals: PolicyCase["approvals"],
) {
  if (decision.outcome !== "needs_approval") return decision.outcome;
  const counted = new Set<string>();
  const met = decision.plan.map((stage) => {
    const may = eligibleApprovers(deps.catalogue, input.agent, stage, input.at).map(({ id }) => id);
    const yes = (approvals?.[stage.rule] ?? []).filter((id) => may.includes(id) && !counted.has(id));
    for (const id of yes) counted.add(id);
    return new Set(yes).size >= stage.quorum;
  });
  return met.every(Boolean) ? "allow" : decision.outcome;
}

/** The ids of all rules that apply to an ask, whatever they come to together, and of those on trial that do. */
export function applyingRules({ engine }: DecideDeps, input: AskInput, { context }: Decision): string[] {
  const asked = [input.agent, input.access, input.resource, context] as const;
  const verdict = engine(...asked);
  const onTrial = (engine.hear?.(...asked).applying ?? []).filter(({ shadow }) => shadow);
  const others = [...verdict.obligations, ...verdict.breakGlass, ...onTrial];
  return [...verdict.determining, ...others.map(({ id }) => id)];
}

/** Tries one policy case. Pure. `input` is what `inputOf` makes of it. */
export function tryCase(deps: DecideDeps, each: PolicyCase, input: AskInput): Tried {
  const decision = decideAsk(deps, input, each.context);
  const applying = applyingRules(deps, input, decision);
  const wrong: string[] = [];
  const compare = (what: string, is: unknown, expected: unknown) => {
    const [has, wants] = [canonicalJson(is), canonicalJson(expected)];
    if (has !== wants) wrong.push(`${what} is ${has}, not ${wants}`);
  };
  compare("outcome", outcomeAfter(deps, input, decision, each.approvals), each.outcome);
  compare("plan", shown(decision.plan), each.plan);
  compare(
    "rules",
    decision.rules.map(({ id }) => id),
    each.rules,
  );
  if (each.skipped || decision.breakGlass)
    compare("skipped", shown(decision.breakGlass?.skipped ?? []), each.skipped ?? []);
  if (each.shadow)
    compare(
      "shadow",
      (decision.shadow?.notes ?? []).map(({ id }) => id),
      each.shadow,
    );
  if (each.alternatives)
    compare(
      "alternatives",
      (decision.alternatives ?? []).map(({ change }) => change),
      each.alternatives,
    );
  for (const id of each.not.filter((rule) => applying.includes(rule)))
    wrong.push(`rule ${id} applies, and should not`);
  return { decision, applying, wrong };
}

/** In what the risk of a case is not as it should be. */
export function riskFaults(deps: DecideDeps, each: RiskCase, input: AskInput): string[] {
  const { risk } = decideOnce(deps, input, each.context);
  const sum = (risk?.factors ?? []).map(({ name, points }) => `${name} ${points}`).join(", ");
  const wrong: string[] = [];
  if (risk?.band !== each.band)
    wrong.push(`band is ${risk?.band}, not ${each.band}: ${risk?.score} = ${sum}`);
  if (each.score !== undefined && risk?.score !== each.score)
    wrong.push(`score is ${risk?.score}, not ${each.score}: ${sum}`);
  return wrong;
}
