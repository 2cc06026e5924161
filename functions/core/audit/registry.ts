import type { Facts } from "./event.ts";
import { beside } from "./registry/beside.ts";
import { moves } from "./registry/moves.ts";
import type { EventTypeRow, Fact } from "./registry/row.ts";

/**
 * The release of OCSF that events are aligned with: 1.8.0, of March 2026. Its `ai_operation` profile is used where a class
 * of ours has it (API Activity). A `record_integrity` profile was still in development for 1.9.0 when this was written, so
 * hash and text of a record go where 1.8.0 has a place for them: `raw_data_hash` and `raw_data`.
 * https://schema.ocsf.io/1.8.0/profiles/ai_operation
 */
export const OCSF_VERSION = "1.8.0";

/**
 * Every type of event there is, with its schema. Classes of OCSF: 2004 Detection Finding, 3003 Authorize Session, 3004 Entity Management, 3005
 * User Access Management, 6003 API Activity. https://schema.ocsf.io/1.8.0/classes
 * A type is never taken out, and a fact never moves from `may` to `must` for readers: what was sealed once is read for ever.
 */
export const eventTypes = { ...moves, ...beside } as const;

export type EventType = keyof typeof eventTypes;
export const typeNames = Object.keys(eventTypes) as [EventType, ...EventType[]];

/** What a type has always, or may have. Widened, so that one can be looked for. */
export const rowFor = (type: EventType): EventTypeRow => eventTypes[type];

/** What is wrong with the facts of an event of that type, or nothing. */
export function factProblem(type: EventType, facts: Facts): string | undefined {
  const { must, may } = rowFor(type);
  const given = (Object.keys(facts) as Fact[]).filter((name) => facts[name] !== undefined);
  const missing = must.filter((name) => !given.includes(name));
  if (missing.length > 0) return `${type} needs ${missing.join(", ")}`;
  const alien = given.filter((name) => !must.includes(name) && !may.includes(name));
  return alien.length > 0 ? `${type} has no ${alien.join(", ")}` : undefined;
}
