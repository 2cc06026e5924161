import { type ColumnValue, rowOf } from "../core/audit/columns.ts";
import { auditEvent, chainEventId, eventTypes, type SealedEvent } from "../core/audit/event.ts";
import { canonicalJson, sha256Hex } from "../core/canonical.ts";

/** What makes a record that claims to be an event unreadable. Stable: alarms and runbooks name them. */
export type PoisonReason =
  | "unreadable"
  | "no_new_image"
  | "no_body"
  | "wrong_hash"
  | "not_json"
  | "unknown_version"
  | "not_an_event"
  | "not_canonical"
  | "wrong_place";

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

function parseJson(body: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(body) };
  } catch {
    return { ok: false };
  }
}

/** Checks a kept event as the verifier will: a row that the record's own hash chain refuses is no event. */
function readEvent(body: string, hash: string): Reading {
  if (sha256Hex(body) !== hash) return poison("wrong_hash");
  const json = parseJson(body);
  if (!json.ok) return poison("not_json");
  if (member(json.value, "v") !== 1) return poison("unknown_version");
  const parsed = auditEvent.safeParse(json.value);
  if (!parsed.success) return poison("not_an_event");
  const event = parsed.data;
  if (canonicalJson(event) !== body) return poison("not_canonical");
  const { chain, grant, id } = event;
  if (eventTypes[event.type].chained !== (chain !== undefined)) return poison("wrong_place");
  if (chain && (grant === undefined || id !== chainEventId(grant, chain.sequence)))
    return poison("wrong_place");
  const sealed = { event, body, hash };
  return { kind: "event", event: { ...sealed, row: rowOf(sealed) } };
}

function readAny(record: unknown): Reading {
  const name = member(record, "eventName");
  const image = member(member(record, "dynamodb"), "NewImage");
  if (image === undefined)
    return name === "MODIFY" || name === "REMOVE" ? { kind: "other" } : poison("no_new_image");
  if (textAttribute(image, "entity") !== "event" || name !== "INSERT") return { kind: "other" };
  const body = textAttribute(image, "body");
  const hash = textAttribute(image, "hash");
  return body === undefined || hash === undefined ? poison("no_body") : readEvent(body, hash);
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
