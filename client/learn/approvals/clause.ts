import type { AskContext } from "../../../functions/core/policy/context.ts";
import type { RecordedGrant } from "../record/grant.ts";

/** Who asked for what: what evidence is about, and what a proposed change is narrowed to. */
export type Key = Pick<RecordedGrant, "agent" | "resource" | "access" | "masked">;
export const keyText = ({ agent, resource, access, masked }: Key): string =>
  `${agent}: ${access} ${resource}${masked ? ", masked" : ""}`;

/** Facts that are either harmless or not, with the value that is: where all evidence had it, a change demands it. */
const HARMLESS = {
  firstUse: false,
  modelChanged: false,
  workingHours: true,
  ticketGiven: true,
} as const satisfies Partial<AskContext>;
type Fact = keyof typeof HARMLESS;
const FACTS = Object.keys(HARMLESS) as Fact[];

/** Asks of one key, as far as evidence goes: nothing beyond it is said to be as harmless. */
export type Bounds = Key & { windowSeconds: number; risk: number; facts: Fact[] };

/** Evidence whose context is whole enough to bound it. */
export type Known = RecordedGrant & { context: Partial<AskContext> };
export const isKnown = (grant: RecordedGrant): grant is Known =>
  grant.context?.risk !== undefined &&
  grant.context.wholeResource !== undefined &&
  grant.context.windowSeconds !== undefined &&
  FACTS.every((fact) => grant.context?.[fact] !== undefined);

/** The narrowest bounds that hold all asks of one key. */
export function boundsOf({ agent, resource, access, masked }: Key, asks: readonly Known[]): Bounds {
  return {
    ...{ agent, resource, access, masked },
    windowSeconds: Math.max(...asks.map(({ context }) => context.windowSeconds ?? 0)),
    risk: Math.max(...asks.map(({ context }) => context.risk ?? 100)),
    facts: FACTS.filter((fact) => asks.every(({ context }) => context[fact] === HARMLESS[fact])),
  };
}

const plain = (value: boolean, name: string): string => `${value ? "" : "!"}context.${name}`;
const named = (type: string, id: string): string => `${type}::${JSON.stringify(id)}`;

/** The head of a rule about exactly one agent, access and resource. */
export const headOf = ({ agent, resource, access }: Key): string =>
  [
    `  principal == ${named("Agent", agent)},`,
    `  action == ${named("Action", access)},`,
    `  resource == ${named("Resource", resource)}`,
  ].join("\n");

/** What must hold so that an ask lies within the bounds, a condition each. */
const conditionsOf = ({ agent, resource, access, masked, windowSeconds, risk, facts }: Bounds): string[] => [
  `principal == ${named("Agent", agent)}`,
  `action == ${named("Action", access)}`,
  `resource == ${named("Resource", resource)}`,
  plain(masked, "masked"),
  `context.windowSeconds <= ${windowSeconds}`,
  `context.risk <= ${risk}`,
  ...facts.map((fact) => plain(HARMLESS[fact], fact)),
];

/** An `unless` that leaves out what lies within one of the bounds, and nothing else. */
export function unlessWithin(bounds: readonly Bounds[]): string {
  const [only, ...more] = bounds;
  if (only && more.length === 0) return `unless {\n  ${conditionsOf(only).join(" &&\n  ")}\n}`;
  const each = bounds.map((one) => `(${conditionsOf(one).join(" &&\n   ")})`);
  return `unless {\n  ${each.join(" ||\n  ")}\n}`;
}
