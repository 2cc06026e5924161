import { canonicalJson } from "../../../functions/core/canonical.ts";
import type { PolicyBundle, Rule } from "../../../functions/core/policy/bundle.ts";
import { type AskContext, askContext } from "../../../functions/core/policy/context.ts";
import type { Decision } from "../../../functions/core/policy/decided.ts";
import type { DecideDeps } from "../../../functions/core/policy/decision.ts";
import { type PolicyEngine, preparePolicyEngine, verdictOf } from "../../../functions/core/policy/engine.ts";
import type { Who } from "./facts.ts";
import { type Fact, factsRead, weakened } from "./reads.ts";

/** More rules at once than this that may or may not apply are not tried in every way: the ask is undecidable. */
const MOST_IN_DOUBT = 8;

/** Rules that read what is missing, by that, and an engine that says of every rule whether it could apply. */
type Doubt = { reads: ReadonlyMap<string, Fact[]>; engine: PolicyEngine };

/**
 * All rules without what they say of the missing facts, so prepared that the answer names each one that could apply: permits
 * where nothing forbids, and forbids as obligations, of which an engine names every one.
 */
function doubtOf(bundle: PolicyBundle, missing: readonly Fact[]): Doubt {
  const reads = new Map(bundle.rules.map((rule) => [rule.id, factsRead(rule, missing)]));
  const rules = bundle.rules.map((rule): Rule => {
    const { breakGlass: _, ...plain } = reads.get(rule.id)?.length ? weakened(rule, missing) : rule;
    const named = { approvers: "nobody", quorum: 1, stage: 1 };
    return rule.effect === "permit" ? plain : { ...plain, obligation: named };
  });
  const version = `${bundle.version} without ${missing.join(",")}`;
  return { reads, engine: preparePolicyEngine({ ...bundle, version, rules }) };
}

/** What an engine would say were exactly these rules satisfied. */
const engineWhere =
  ({ rules }: PolicyBundle, satisfied: ReadonlySet<string>): PolicyEngine =>
  (_agent, _access, _resource, context) => {
    const applying = rules.filter(
      (rule) => satisfied.has(rule.id) && (!rule.breakGlass || context.breakGlass),
    );
    return verdictOf({ applying, errors: [] }, () => true);
  };

function* subsetsOf(ids: readonly string[]): Generator<string[]> {
  for (let mask = 0; mask < 2 ** ids.length; mask += 1) yield ids.filter((_, index) => mask & (1 << index));
}

/** The values that a yes or no may have had, of which the decision itself makes use. */
const eitherOf = (value: boolean | undefined): boolean[] => (value === undefined ? [false, true] : [value]);

type Decide = (deps: DecideDeps, context: AskContext) => Decision;
type Told<T> = { settled: T } | { rules: string[]; facts: Fact[] };

/**
 * Decides with facts missing: in every way in which the rules that read one of them could apply or not. Where all come to
 * the same, that is the answer; else the rules and facts are named on which it hangs.
 */
export function openWorlds(
  deps: DecideDeps,
): <T>(
  who: Who,
  facts: { known: Partial<AskContext>; missing: readonly Fact[] },
  ways: { decide: Decide; told(decision: Decision): T },
) => Told<T> {
  const doubts = new Map<string, Doubt>();
  const doubtFor = (missing: readonly Fact[]): Doubt => {
    const doubt = doubts.get(missing.join()) ?? doubtOf(deps.bundle, missing);
    doubts.set(missing.join(), doubt);
    return doubt;
  };
  return ({ agent, access, resource }, { known, missing }, { decide, told }) => {
    const { reads, engine } = doubtFor(missing);
    const filled = askContext.parse(known);
    const verdict = engine(agent, access, resource, filled);
    const applying = [...verdict.determining, ...verdict.obligations.map(({ id }) => id)];
    const inDoubt = applying.filter((id) => reads.get(id)?.length);
    const facts = [...new Set(inDoubt.flatMap((id) => reads.get(id) ?? []))];
    const unsettled = { rules: inDoubt, facts };
    if (verdict.errors.length > 0) {
      const reading = [...reads].filter(([, read]) => read.length > 0);
      return { rules: reading.map(([id]) => id), facts: [...missing] };
    }
    if (inDoubt.length > MOST_IN_DOUBT) return unsettled;
    const certain = applying.filter((id) => !inDoubt.includes(id));
    const answers = new Map<string, ReturnType<typeof told>>();
    for (const some of subsetsOf(inDoubt))
      for (const breakGlass of eitherOf(known.breakGlass))
        for (const openReview of breakGlass ? eitherOf(known.openReview) : [false]) {
          const world = { ...deps, engine: engineWhere(deps.bundle, new Set([...certain, ...some])) };
          const answer = told(decide(world, { ...filled, breakGlass, openReview }));
          answers.set(canonicalJson({ ...answer, rules: [] }), answer);
        }
    const [settled] = answers.values();
    if (answers.size === 1 && settled !== undefined) return { settled };
    const glass = (["breakGlass", "openReview"] as const).filter((fact) => missing.includes(fact));
    return inDoubt.length > 0 ? unsettled : { rules: [], facts: glass };
  };
}
