import type { Put } from "../../../functions/aws/audit-store.ts";
import {
  type AuditEvent,
  chainEventId,
  type EventType,
  eventTypes,
  type Facts,
  type SealedEvent,
  sealEvent,
} from "../../../functions/core/audit/event.ts";
import { sha256Hex } from "../../../functions/core/canonical.ts";

export const GRANT = "abcdefgh234567ab";

/** Every fact with a value that can be told from all others. */
export const everyFact: Required<Facts> = {
  agent: "support-assistant",
  status: "ACTIVE",
  resource: "claims",
  resourceArn: "arn:aws:s3:::claims",
  environment: "production",
  access: "read",
  scope: '{"prefix":"2026/"}',
  masked: false,
  windowSeconds: 900,
  startsAt: "2026-11-21T09:30:00Z",
  endsAt: "2026-11-21T09:45:00Z",
  purpose: "answer a customer",
  task: "task-1",
  ticket: "SUP-7",
  onBehalfOf: "customer-9",
  model: "model-x",
  digest: "sha256:00",
  decision: "approve",
  rules: "pii,routine",
  policyVersion: "sha256:11",
  stage: 1,
  group: "privacy",
  people: "ana,bo",
  attempt: 2,
  sessionName: `lk.support.${GRANT}.2`,
  role: "access-claims",
  code: "window_over",
  reason: "because",
  proof: "probed",
  path: "POST /grants",
  count: 41,
  riskScore: 62,
  riskFactors: "classification=35,first-use=10",
  breakGlass: false,
  channel: "signed",
  lockdown: "lockdownlockdown",
  target: "agent support-assistant",
  latencyMs: 15_250,
  extends: "extendedgrantaaa",
  owner: "luca",
  team: "support",
  approverTeam: "privacy-office",
  plan: "1:privacy:1",
  approvalsNeeded: 1,
  capSeconds: 1800,
  objects: 12,
  heads: 3,
};

/** An event of its own, outside a chain. */
export function loose(id: string, facts: Facts = {}, over: Partial<AuditEvent> = {}): SealedEvent {
  return sealEvent({
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
      const sealed = sealEvent({
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
