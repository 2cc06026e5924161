import {
  type AuditEvent,
  auditEvent,
  type Facts,
  type SealedEvent,
} from "../../functions/core/audit/event.ts";
import { type EventType, rowFor } from "../../functions/core/audit/registry.ts";
import { canonicalJson, sha256Hex } from "../../functions/core/canonical.ts";

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
  decision: "allow",
  rules: "pii,routine",
  policyVersion: "sha256:11",
  stage: 1,
  group: "privacy",
  people: "ana,bo",
  attempt: 2,
  sessionName: "lk.support.abcdefgh234567ab.2",
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
  flag: "flagflagflagflag",
  action: "alert",
  evidence: '{"count":3}',
  context: '{"firstUse":true,"masked":false,"wholeResource":true,"windowSeconds":900}',
  shadow: '{"notes":[{"id":"on-trial","reason":"to see","would":"deny"}],"outcome":"deny","plan":[]}',
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
  rows: 100,
  bytes: 20_480,
  columns: "claim_id,status",
  filters: "status",
  maskedValues: 250,
  detected: 7,
};

const some = (names: readonly (keyof Facts)[], from: Facts): Facts =>
  Object.fromEntries(names.map((name) => [name, from[name]]));

/** The facts that an event of that type has at least, or at most; with others of them where a test has its own. */
export const leastFacts = (type: EventType, own: Facts = {}): Facts => ({
  ...some(rowFor(type).must, everyFact),
  ...own,
});
export const mostFacts = (type: EventType, own: Facts = {}): Facts => ({
  ...some([...rowFor(type).must, ...rowFor(type).may], everyFact),
  ...own,
});

/**
 * Seals an event whatever its facts are, as an earlier release, or another broker, may have done: readers take all that the
 * schema knows. In production there is `sealEvent` only, which holds every type to its own.
 */
export function sealAsIs(event: AuditEvent): SealedEvent {
  const body = canonicalJson(auditEvent.parse(event));
  return { event, body, hash: sha256Hex(body) };
}
