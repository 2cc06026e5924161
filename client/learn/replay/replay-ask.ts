import type { PolicyBundle } from "../../../functions/core/policy/bundle.ts";
import { type AskContext, askContext } from "../../../functions/core/policy/context.ts";
import type { Decision } from "../../../functions/core/policy/decided.ts";
import { type DecideDeps, decide } from "../../../functions/core/policy/decision.ts";
import { preparePolicyEngine } from "../../../functions/core/policy/engine.ts";
import type { RecordedGrant } from "../record/grant.ts";
import {
  type Answer,
  answerOf,
  type Change,
  changeOf,
  recordedAnswer,
  rulesBetween,
  unaskable,
} from "./answer.ts";
import { whoIn } from "./askable.ts";
import { factsOf, type Who } from "./facts.ts";
import { remembering } from "./memo.ts";
import { openWorlds } from "./worlds.ts";

/** What a policy makes of a recorded ask; or the facts that its record lacks, and the rules that go by them. */
type Again = { answer: Answer } | { facts: string[]; rules: string[] };
export type Policy = { bundle: PolicyBundle; again(grant: RecordedGrant): Again };

/** Of which ask it is told. */
type Asked = Pick<RecordedGrant, "id" | "agent" | "resource" | "access" | "askedAt">;
export type Replayed = Asked & { before: Answer } & (
    | { is: "same"; after: Answer }
    | { is: "otherwise"; after: Answer; change: Change; rules: string[] }
    | { is: "undecidable"; facts: string[]; rules: string[] }
  );

/** The glass is not broken where nothing needs breaking, as when it was asked (`decideOnce`). */
function decideAgain(deps: DecideDeps, { agent, resource, access }: Who, at: number) {
  return (others: DecideDeps, context: AskContext): Decision => {
    const once = (taken: AskContext) =>
      decide({ ...deps, engine: others.engine }, { agent, resource, access, context: taken, at });
    if (!context.breakGlass) return once(context);
    const plain = once({ ...context, breakGlass: false });
    return plain.outcome === "allow" ? plain : once(context);
  };
}

/** A policy, ready to decide recorded asks again. Rules on trial have no part in what is decided. */
export function preparePolicy(whole: PolicyBundle): Policy {
  const bundle = { ...whole, rules: whole.rules.filter(({ shadow }) => !shadow) };
  // An engine of its own: what Cedar prepares is kept by name, and the whole policy may be in use beside it.
  const prepared = preparePolicyEngine({ ...bundle, version: `${bundle.version} again` });
  const engine = remembering(prepared, bundle.rules);
  const deps = { engine, bundle, catalogue: bundle.catalogue };
  const worlds = openWorlds(deps);
  return {
    bundle,
    again(grant) {
      const who = whoIn(bundle.catalogue, grant);
      if (typeof who === "string") return { answer: unaskable(who) };
      const { known, missing } = factsOf(bundle, grant, who);
      const decideHere = decideAgain(deps, who, grant.askedAt);
      const told = (decision: Decision) => answerOf(bundle, decision, who.resource);
      if (missing.length === 0) return { answer: told(decideHere(deps, askContext.parse(known))) };
      const found = worlds(who, { known, missing }, { decide: decideHere, told });
      if ("settled" in found) return { answer: found.settled };
      // This very policy decided it, with the facts that nobody kept: what it said then it would say again.
      if (grant.policyVersion === bundle.version) return { answer: recordedAnswer(grant, [bundle]) };
      return found;
    },
  };
}

/**
 * Decides a recorded ask again and compares: with what was decided then, or, `against` another policy, with what that one
 * makes of it.
 */
export function replayAsk(policy: Policy, grant: RecordedGrant, against?: Policy): Replayed {
  const { id, agent, resource, access, askedAt } = grant;
  const asked = { id, agent, resource, access, askedAt };
  const recorded = recordedAnswer(grant, [policy.bundle, ...(against ? [against.bundle] : [])]);
  const was: Again = against ? against.again(grant) : { answer: recorded };
  const before = "answer" in was ? was.answer : recorded;
  const is = policy.again(grant);
  const open = [was, is].flatMap((each) => ("answer" in each ? [] : [each]));
  if (open.length > 0 || !("answer" in is)) {
    const facts = [...new Set(open.flatMap((each) => each.facts))];
    const rules = [...new Set(open.flatMap((each) => each.rules))];
    return { ...asked, before, is: "undecidable", facts, rules };
  }
  const after = is.answer;
  const change = changeOf(before, after);
  if (!change) return { ...asked, before, after, is: "same" };
  return { ...asked, before, after, is: "otherwise", change, rules: rulesBetween(before, after) };
}
