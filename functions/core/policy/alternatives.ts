import { offersMasked, type Subject } from "../catalogue.ts";
import { askProblem, parseScope } from "../kinds/registry.ts";
import { ANY_SESSION, compileSessionPolicy } from "../session-policy.ts";
import type { Rule } from "./bundle.ts";
import type { AskInput } from "./context.ts";
import type { Alternative, Decision } from "./decided.ts";
import { longestWindow } from "./window-cap.ts";

const MOST_EVALUATIONS = 4;
const AXES = ["masked", "access", "scope", "window"] as const;
/** Windows to try when no rule says how long it would allow. */
const SHORT_WINDOWS = [900, 300];

type Smaller = { change: Alternative["change"]; input: AskInput };
type Axis = NonNullable<Subject["counterOffers"]>[number];

function isMintable({ resource: { kind, arn, settings }, access, scope, facts }: AskInput): boolean {
  const ask = { kind, arn, settings, access, scope };
  if (facts.masked) return askProblem(ask) === undefined;
  return askProblem(ask) === undefined && compileSessionPolicy(ask, ANY_SESSION).ok;
}

/** The same rows, with tokens in the place of what is personal. */
function masked(input: AskInput): Smaller[] {
  if (input.facts.masked || !offersMasked(input.resource, input.access)) return [];
  return [{ change: { masked: true }, input: { ...input, facts: { ...input.facts, masked: true } } }];
}

/** The named parts of a resource of which the whole was asked. */
function narrower(input: AskInput): Smaller[] {
  if (input.scope !== undefined) return [];
  return (input.resource.subScopes ?? []).flatMap((part) => {
    const parsed = parseScope(input.resource.kind, part.scope);
    if (!parsed.success) return [];
    const facts = { ...input.facts, wholeResource: false };
    return [{ change: { scope: parsed.data }, input: { ...input, scope: parsed.data, facts } }];
  });
}

/** Looking at what was to be changed. */
function gentler(input: AskInput): Smaller[] {
  if (input.access !== "write") return [];
  const offered = (["read", "list"] as const).filter((access) => input.resource.accesses.includes(access));
  return offered.map((access) => ({ change: { access }, input: { ...input, access } }));
}

/** Less time: as long as the rules allow that said no only to the length, or else a quarter of an hour, or five minutes. */
function shorter(input: AskInput, refused: Decision, rules: readonly Rule[]): Smaller[] {
  const permits = rules.filter(
    ({ id, effect }) => effect === "permit" && refused.rules.some((r) => r.id === id),
  );
  const capped = permits.length > 0 && refused.outcome === "deny";
  const lengths = capped ? [longestWindow(permits)] : SHORT_WINDOWS;
  return lengths
    .filter((windowSeconds) => windowSeconds < input.facts.windowSeconds)
    .map((windowSeconds) => ({
      change: { windowSeconds },
      input: { ...input, facts: { ...input.facts, windowSeconds } },
    }));
}

/** The first of each list, then the second of each, and so on. */
function inTurn<T>(lists: readonly T[][]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) =>
    lists.flatMap((list) => list.slice(turn, turn + 1)),
  ).flat();
}

type Deps = { rules: readonly Rule[]; decided(input: AskInput): Decision };

/**
 * The smaller asks that would pass at once instead of one that did not, along the axes that the resource offers: at most
 * four are tried, each with the context and the risk that it would have. None breaks the glass.
 */
export function alternativesTo(input: AskInput, refused: Decision, { rules, decided }: Deps): Alternative[] {
  const ways: Record<Axis, () => Smaller[]> = {
    masked: () => masked(input),
    scope: () => narrower(input),
    access: () => gentler(input),
    window: () => shorter(input, refused, rules),
  };
  const offered = AXES.filter((axis) => (input.resource.counterOffers ?? AXES).includes(axis));
  return inTurn(offered.map((axis) => ways[axis]().filter((smaller) => isMintable(smaller.input))))
    .slice(0, MOST_EVALUATIONS)
    .filter((smaller) => {
      const { outcome, breakGlass } = decided(smaller.input);
      return outcome === "allow" && breakGlass === undefined;
    })
    .map(({ change }) => ({ change, outcome: "allow" }));
}
