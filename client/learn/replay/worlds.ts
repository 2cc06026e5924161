import { canonicalJson } from "../../../functions/core/canonical.ts";
import type { PolicyBundle, Rule } from "../../../functions/core/policy/bundle.ts";
import { type AskContext, askContext } from "../../../functions/core/policy/context.ts";
import type { Decision } from "../../../functions/core/policy/decided.ts";
import type { DecideDeps } from "../../../functions/core/policy/decision.ts";
import {
  type Asked,
  type Heard,
  type PolicyEngine,
  preparePolicyEngine,
  verdictOf,
} from "../../../functions/core/policy/engine.ts";
import type { Who } from "./facts.ts";
import { canFail, type Fact, factsRead, headAlone, weakened } from "./reads.ts";

/** More rules at once than this that may or may not apply are not tried in every way: the ask is undecidable. */
const MOST_IN_DOUBT = 8;

/** Rules that read what is missing, by that, and what says of every rule whether it could apply, or fail. */
type Doubt = { reads: ReadonlyMap<string, Fact[]>; hear(...asked: Asked): Heard };

/** Beside a rule that could fail in what is missing, its head: whether it is evaluated at all. No rule's id has a space. */
const headOf = (id: string): string => `head of ${id}`;

/** All rules without what they say of the missing facts, as if all were on trial, so that each is heard by itself. */
function doubtOf(bundle: PolicyBundle, missing: readonly Fact[]): Doubt {
  const reads = new Map(bundle.rules.map((rule) => [rule.id, factsRead(rule, missing)]));
  const rules = bundle.rules.flatMap((rule): Rule[] => {
    const isRead = (reads.get(rule.id) ?? []).length > 0;
    const heard = isRead ? [weakened(rule, missing)] : [rule];
    if (isRead && canFail(rule, missing)) heard.push({ ...headAlone(rule), id: headOf(rule.id) });
    return heard.map(({ breakGlass: _, ...each }) => ({ ...each, shadow: true }));
  });
  const version = `${bundle.version} without ${missing.join(",")}`;
  const { hear } = preparePolicyEngine({ ...bundle, version, rules });
  if (!hear) throw new Error("rules on trial are not heard");
  return { reads, hear };
}

type Ids = ReadonlySet<string>;
/** What may have been: the rules that were satisfied and those that could not be evaluated, without the glass and with it. */
type World = (breakGlass: boolean) => { satisfied: Ids; failing: Ids };

/** What an engine would say in a world. */
const engineIn =
  (world: World, { rules }: PolicyBundle): PolicyEngine =>
  (_agent, _access, _resource, { breakGlass }) => {
    const { satisfied, failing } = world(breakGlass);
    const heard = rules.filter((rule) => !rule.breakGlass || breakGlass);
    const applying = heard.filter(({ id }) => satisfied.has(id));
    const errors = heard.filter(({ id }) => failing.has(id)).map((rule) => ({ rule, message: "it fails" }));
    return verdictOf({ applying, errors }, () => true);
  };

function* subsetsOf(ids: readonly string[]): Generator<string[]> {
  for (let mask = 0; mask < 2 ** ids.length; mask += 1) yield ids.filter((_, index) => mask & (1 << index));
}

/** The values that a yes or no may have had, of which the decision itself makes use. */
const eitherOf = (value: boolean | undefined): boolean[] => (value === undefined ? [false, true] : [value]);

/** The glass, and the review of an earlier one, as they may have been. */
function* glassesOf(known: Partial<AskContext>): Generator<Pick<AskContext, "breakGlass" | "openReview">> {
  for (const breakGlass of eitherOf(known.breakGlass))
    for (const openReview of breakGlass ? eitherOf(known.openReview) : [false])
      yield { breakGlass, openReview };
}

/** What is known of each rule, and what is not. */
type Sorted = { certain: string[]; failing: string[]; inDoubt: string[]; mayFail: string[] };

/** Sorts what was heard of the rules; undefined where the ask itself could not be put. */
function sorted({ reads }: Doubt, { applying, errors }: Heard): Sorted | undefined {
  const isRead = (id: string): boolean => (reads.get(id) ?? []).length > 0;
  const ids = new Set(applying.map(({ id }) => id));
  const erring = errors.flatMap(({ rule }) => (rule ? [rule.id] : []));
  if (erring.length < errors.length) return undefined;
  const own = [...reads.keys()];
  return {
    certain: own.filter((id) => ids.has(id) && !isRead(id)),
    failing: erring.filter((id) => !isRead(id)),
    inDoubt: own.filter((id) => ids.has(id) && isRead(id)),
    mayFail: own.filter((id) => ids.has(headOf(id)) || (isRead(id) && erring.includes(id))),
  };
}

/** What is open of the rules, without the glass and with it: an ask that wants to break it is decided without it first. */
const openIn = (heard: readonly Sorted[], which: "inDoubt" | "mayFail"): string[] => [
  ...new Set(heard.flatMap((each) => each[which])),
];

/** Every way in which the rules may have been: which of those in doubt applied, or that one failed, which is a no. */
function* worldsOf(heard: readonly [Sorted, Sorted]): Generator<World> {
  const of = (breakGlass: boolean): Sorted => heard[breakGlass ? 1 : 0];
  const only = (ids: readonly string[], some: readonly string[]) => ids.filter((id) => some.includes(id));
  for (const some of subsetsOf(openIn(heard, "inDoubt")))
    yield (breakGlass) => {
      const { certain, failing, inDoubt } = of(breakGlass);
      return { satisfied: new Set([...certain, ...only(inDoubt, some)]), failing: new Set(failing) };
    };
  for (const one of openIn(heard, "mayFail"))
    yield (breakGlass) => {
      const { certain, failing, mayFail } = of(breakGlass);
      return { satisfied: new Set(certain), failing: new Set([...failing, ...only(mayFail, [one])]) };
    };
}

type Decide = (deps: DecideDeps, context: AskContext) => Decision;
type Told<T> = { settled: T } | { rules: string[]; facts: Fact[] };

/**
 * Decides with facts missing: in every way in which the rules that read one of them could apply, or not, or fail. Where all
 * come to the same, that is the answer; else the rules and facts are named on which it hangs.
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
    const doubt = doubtFor(missing);
    const filled = askContext.parse(known);
    const heardWith = (breakGlass: boolean) =>
      sorted(doubt, doubt.hear(agent, access, resource, { ...filled, breakGlass }));
    const plain = heardWith(false);
    const glassy = known.breakGlass === false ? plain : heardWith(true);
    if (!plain || !glassy) {
      const reading = [...doubt.reads].filter(([, read]) => read.length > 0);
      return { rules: reading.map(([id]) => id), facts: [...missing] };
    }
    const heard = [plain, glassy] as const;
    const inDoubt = openIn(heard, "inDoubt");
    const open = [...new Set([...inDoubt, ...openIn(heard, "mayFail")])];
    const facts = [...new Set(open.flatMap((id) => doubt.reads.get(id) ?? []))];
    const unsettled = { rules: open, facts };
    if (inDoubt.length > MOST_IN_DOUBT) return unsettled;
    const answers = new Map<string, ReturnType<typeof told>>();
    for (const world of worldsOf(heard)) {
      const deciding = { ...deps, engine: engineIn(world, deps.bundle) };
      for (const glass of glassesOf(known)) {
        const answer = told(decide(deciding, { ...filled, ...glass }));
        answers.set(canonicalJson({ ...answer, rules: [] }), answer);
      }
    }
    const [settled] = answers.values();
    if (answers.size === 1 && settled !== undefined) return { settled };
    const glass = (["breakGlass", "openReview"] as const).filter((fact) => missing.includes(fact));
    return open.length > 0 ? unsettled : { rules: [], facts: glass };
  };
}
