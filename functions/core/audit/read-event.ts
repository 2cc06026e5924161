import { canonicalJson, sha256Hex } from "../canonical.ts";
import { type AuditEvent, chainEventId, keptEvent, type SealedEvent } from "./event.ts";
import { eventTypes } from "./registry.ts";

/** Why a kept body is no event. Stable: alarms, runbooks and the verifier name them. */
export type EventProblem =
  | "wrong_hash"
  | "not_json"
  | "unknown_version"
  | "not_an_event"
  | "not_canonical"
  | "wrong_place";

export type ReadEvent =
  | { ok: true; sealed: SealedEvent }
  /** `event`: a whole one, of which only the place is wrong. */
  | { ok: false; problem: EventProblem; event?: AuditEvent };

const no = (problem: EventProblem): ReadEvent => ({ ok: false, problem });

function parseJson(body: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(body) };
  } catch {
    return { ok: false };
  }
}

const isInPlace = ({ type, chain, grant, id }: AuditEvent): boolean => {
  if (eventTypes[type].chained !== (chain !== undefined)) return false;
  return !chain || (grant !== undefined && id === chainEventId(grant, chain.sequence));
};

/**
 * Reads a kept event back: its hash, its version, its schema, that the text is the canonical one (so that two texts of
 * one event do not exist), and that its id says where it belongs. Exporter and verifier read by this one function.
 */
export function readEvent(body: string, hash: string): ReadEvent {
  if (sha256Hex(body) !== hash) return no("wrong_hash");
  const json = parseJson(body);
  if (!json.ok) return no("not_json");
  const version = typeof json.value === "object" && json.value !== null && "v" in json.value && json.value.v;
  if (version !== 1) return no("unknown_version");
  const parsed = keptEvent.safeParse(json.value);
  if (!parsed.success) return no("not_an_event");
  const event = parsed.data;
  if (canonicalJson(event) !== body) return no("not_canonical");
  if (!isInPlace(event)) return { ok: false, problem: "wrong_place", event };
  return { ok: true, sealed: { event, body, hash } };
}
