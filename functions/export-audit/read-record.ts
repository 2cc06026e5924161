import { type ColumnValue, rowOf } from "../core/audit/columns.ts";
import type { SealedEvent } from "../core/audit/event.ts";
import { type EventProblem, readEvent } from "../core/audit/read-event.ts";

/** What makes a record that claims to be an event unreadable. Stable: alarms and runbooks name them. */
export type PoisonReason = "unreadable" | "no_new_image" | "no_body" | EventProblem;

export type ExportedEvent = SealedEvent & { row: ColumnValue[] };
export type Reading =
  | { kind: "event"; event: ExportedEvent }
  | { kind: "other" }
  | { kind: "poison"; reason: PoisonReason };

const poison = (reason: PoisonReason): Reading => ({ kind: "poison", reason });

/** A member of something that may not even be an object. */
function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
const textAttribute = (image: unknown, name: string): string | undefined => {
  const text = member(member(image, name), "S");
  return typeof text === "string" ? text : undefined;
};

function readAny(record: unknown): Reading {
  const name = member(record, "eventName");
  const image = member(member(record, "dynamodb"), "NewImage");
  if (image === undefined)
    return name === "MODIFY" || name === "REMOVE" ? { kind: "other" } : poison("no_new_image");
  if (textAttribute(image, "entity") !== "event" || name !== "INSERT") return { kind: "other" };
  const body = textAttribute(image, "body");
  const hash = textAttribute(image, "hash");
  if (body === undefined || hash === undefined) return poison("no_body");
  const read = readEvent(body, hash);
  if (!read.ok) return poison(read.problem);
  return { kind: "event", event: { ...read.sealed, row: rowOf(read.sealed) } };
}

/**
 * Reads one record of the table's stream. `other` is what the event source filter drops on AWS (grants, links, sealed
 * credentials): it must never reach the log, not even its quarantine (I-52). Never throws (I-56).
 */
export function readRecord(record: unknown): Reading {
  try {
    return readAny(record);
  } catch {
    return poison("unreadable");
  }
}
