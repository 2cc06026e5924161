import type { Put } from "../../../functions/aws/audit-store.ts";
import {
  type AuditEvent,
  chainEventId,
  type Facts,
  type SealedEvent,
} from "../../../functions/core/audit/event.ts";
import { type EventType, eventTypes } from "../../../functions/core/audit/registry.ts";
import { sha256Hex } from "../../../functions/core/canonical.ts";
import { sealAsIs } from "../../fakes/events.ts";

export const GRANT = "abcdefgh234567ab";

/** An event of its own, outside a chain. */
export function loose(id: string, facts: Facts = {}, over: Partial<AuditEvent> = {}): SealedEvent {
  return sealAsIs({
    v: 1,
    id: id.padEnd(16, "0"),
    type: "request.refused",
    time: "2026-11-21T09:30:00.123Z",
    actor: { type: "agent", id: "eval-runner" },
    facts,
    ...over,
  });
}

/** A grant's chain of the given types, each a second after the one before. */
export function chain(
  grant: string,
  types: readonly EventType[],
  startMs = Date.parse("2026-11-21T23:59:58.000Z"),
): SealedEvent[] {
  let previous: string | null = null;
  return types
    .filter((type) => eventTypes[type].chained)
    .map((type, index) => {
      const sequence = index + 1;
      const sealed = sealAsIs({
        v: 1,
        id: chainEventId(grant, sequence),
        type,
        time: new Date(startMs + index * 1000).toISOString(),
        actor: { type: "broker", id: "broker" },
        grant,
        chain: { sequence, previous },
        facts: { agent: "eval-runner" },
      });
      previous = sealed.hash;
      return sealed;
    });
}

/** A record as the stream delivers it. */
export const recordOf = (body: string, hash = sha256Hex(body), over: Record<string, unknown> = {}) => ({
  eventID: "1",
  eventName: "INSERT",
  eventSource: "aws:dynamodb",
  dynamodb: {
    ApproximateCreationDateTime: 1_795_253_400,
    Keys: { pk: { S: "EVENT#1" }, sk: { S: "EVENT" } },
    NewImage: {
      pk: { S: "EVENT#1" },
      sk: { S: "EVENT" },
      entity: { S: "event" },
      body: { S: body },
      hash: { S: hash },
    },
    SequenceNumber: "1",
    StreamViewType: "NEW_AND_OLD_IMAGES",
  },
  ...over,
});
export const recordFor = ({ body, hash }: SealedEvent) => recordOf(body, hash);

/** A bucket that honours If-None-Match, and a log that remembers. */
export function fakeStore() {
  const objects = new Map<string, Uint8Array>();
  const logged: { code: string; fields: unknown }[] = [];
  const put: Put = async (key, bytes) => {
    if (objects.has(key)) return "exists";
    objects.set(key, bytes);
    return "stored";
  };
  const deps = {
    put,
    now: () => Date.parse("2026-11-22T00:00:05Z"),
    log: (code: string, fields?: unknown) => void logged.push({ code, fields }),
  };
  return { objects, logged, deps };
}
