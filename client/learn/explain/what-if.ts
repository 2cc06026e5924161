import { offersMasked } from "../../../functions/core/catalogue.ts";
import { PERFORM, type SubjectAccess } from "../../../functions/core/kinds/names.ts";
import type { Scope, Settings } from "../../../functions/core/kinds/registry.ts";
import { askProblem, parseScope } from "../../../functions/core/kinds/registry.ts";
import { type AskContext, askContext } from "../../../functions/core/policy/context.ts";
import { type DecideDeps, decide } from "../../../functions/core/policy/decision.ts";
import { riskOf } from "../../../functions/core/policy/risk.ts";
import { durationInWords } from "../../../functions/core/time.ts";
import type { RecordedGrant } from "../record/grant.ts";
import { whoIn } from "../replay/askable.ts";
import { factsOf, type Who } from "../replay/facts.ts";

/** What one policy says of an ask: who is asked, or that nobody is. */
export type Answer = { outcome: "allow" | "needs_approval" | "deny"; stages: string[]; rules: string[] };
/** An ask that differs in one thing, in words that follow "had it …". */
type WhatIf = { change: string; answer: Answer };
export type WhatIfs =
  | { can: true; answer: Answer; different: WhatIf[]; tried: number }
  | { can: false; why: string };

type Variant = { change: string; who: Who; scope?: Scope | undefined; context: AskContext };

/** Decides one variant, its risk weighed anew: a smaller ask is a smaller risk. */
function answerTo(deps: DecideDeps, { who, context }: Omit<Variant, "change">, at: number): Answer {
  const risk = riskOf(deps.bundle.risk, { ...who, context }).score;
  const once = (glass: boolean) =>
    decide(deps, { ...who, at, context: { ...context, risk, breakGlass: glass } });
  // The glass is not broken where nothing needs breaking, as when it was asked (`decideOnce`).
  const plain = once(false);
  const { outcome, plan, rules } = context.breakGlass && plain.outcome !== "allow" ? once(true) : plain;
  return {
    outcome,
    stages: plan.map(({ quorum, group }) => `${quorum} of ${group}`),
    rules: rules.map(({ id }) => id),
  };
}

const HOUR = 3_600;
const WINDOWS = [8 * HOUR, 4 * HOUR, 2 * HOUR, HOUR, 1_800, 900, 300];

type Asked = { who: Who; scope: Scope | undefined; context: AskContext; deps: DecideDeps };

const inOtherContext = ({ who, scope }: Asked, change: string, context: AskContext): Variant => ({
  ...{ change, who, scope, context },
});

function narrower({ who, scope, context }: Asked): Variant[] {
  if (scope !== undefined) return [];
  return (who.resource.subScopes ?? []).flatMap((part) => {
    const parsed = parseScope(who.resource.kind, part.scope);
    if (!parsed.success) return [];
    const change = `asked for a part alone: ${part.description} (${part.id})`;
    return [{ change, who, scope: parsed.data, context: { ...context, wholeResource: false } }];
  });
}

/** Asks that differ in one thing from one on record, in the order in which people would think of them. */
function variantsOf(asked: Asked): Variant[] {
  const { who, scope, context, deps } = asked;
  const { resource, access } = who;
  const { workingHours } = deps.bundle.risk;
  const inHours = { workingHours: true, hour: workingHours.from, weekday: workingHours.days[0] ?? 1 };
  const own: (Variant | false)[] = [
    !context.masked &&
      offersMasked(resource, access) &&
      inOtherContext(asked, "asked for masked rows", { ...context, masked: true }),
    ...narrower(asked),
    // How long a permit of an action is good for, the catalogue says.
    ...(access === PERFORM ? [] : WINDOWS.filter((seconds) => seconds < context.windowSeconds)).map(
      (windowSeconds) =>
        inOtherContext(asked, `asked for ${durationInWords(windowSeconds)}`, { ...context, windowSeconds }),
    ),
    !context.ticketGiven && inOtherContext(asked, "named a ticket", { ...context, ticketGiven: true }),
    !context.workingHours && inOtherContext(asked, "been for working hours", { ...context, ...inHours }),
    context.modelChanged &&
      inOtherContext(asked, "come with the model of the last approval", { ...context, modelChanged: false }),
    context.breakGlass && inOtherContext(asked, "not broken the glass", { ...context, breakGlass: false }),
    ...resource.accesses
      .filter((each) => each !== access && access !== PERFORM)
      .map(
        (each): Variant => ({ change: `asked to ${each}`, who: { ...who, access: each }, scope, context }),
      ),
  ];
  return own.filter((each) => each !== false).filter(isAskable);
}

type Subject = { kind: Who["resource"]["kind"]; arn: string; settings?: Settings | undefined };
function isAskable({ who: { resource, access }, scope, context }: Variant): boolean {
  const { kind, arn, settings }: Subject = resource;
  if (context.masked && !offersMasked(resource, access)) return false;
  return askProblem({ kind, arn, settings, access: access as SubjectAccess, scope }) === undefined;
}

const isSame = (one: Answer, other: Answer): boolean =>
  one.outcome === other.outcome && one.stages.join() === other.stages.join();

/** Of windows that come to the same, the longest is enough to know. */
const distinct = (found: readonly WhatIf[]): WhatIf[] =>
  found.filter(({ change, answer }, index) => {
    const isWindow = (text: string) => /^asked for \d+ (hour|minute|second)/.test(text);
    return (
      !isWindow(change) ||
      !found.slice(0, index).some((had) => isWindow(had.change) && isSame(had.answer, answer))
    );
  });

const answered = ({ decision, plan, rules }: RecordedGrant): Answer => ({
  ...{ outcome: decision, rules, stages: plan.map(({ quorum, group }) => `${quorum} of ${group}`) },
});

/**
 * Decides small variations of a recorded ask by a policy, each by its engine, and keeps those of which the outcome or the
 * people asked are not those of the ask itself, neither by this policy nor as it was decided. Nothing is guessed: where the record lacks a fact that a rule may go by, nothing is said.
 */
export function whatIfs(deps: DecideDeps, grant: RecordedGrant): WhatIfs {
  const who = whoIn(deps.catalogue, grant);
  if (typeof who === "string") return { can: false, why: `by this policy ${who}` };
  const { known, missing } = factsOf(deps.bundle, grant, who);
  if (missing.length > 0)
    return { can: false, why: `the record does not tell what policy saw: ${missing.join(", ")}` };
  const asked = { who, scope: grant.scope, context: askContext.parse(known), deps };
  const answer = answerTo(deps, asked, grant.askedAt);
  const variants = variantsOf(asked);
  const different = variants
    .map((variant) => ({ change: variant.change, answer: answerTo(deps, variant, grant.askedAt) }))
    .filter((each) => !isSame(each.answer, answer) && !isSame(each.answer, answered(grant)));
  return { can: true, answer, different: distinct(different), tried: variants.length };
}
