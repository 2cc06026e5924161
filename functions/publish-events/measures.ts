import type { AuditEvent } from "../core/audit/event.ts";
import type { EventType } from "../core/audit/registry.ts";
import { isTerminal, moveNames, transitions } from "../core/grant/transitions.ts";
import { dimensionValue, type Measure, type MetricName } from "../core/metrics.ts";
import { EVALUATION_FAILED } from "../core/policy/decided.ts";
import { recordedShadow } from "../core/policy/recorded.ts";

const one = (metric: MetricName): Measure => ({ metric, value: 1 });
const oneOf = (metric: MetricName, text: string | undefined): Measure => ({
  ...one(metric),
  of: dimensionValue(metric, text),
});

/** What an event adds, by its type; a type that is not here adds nothing. */
const COUNTED: Partial<Record<EventType, (event: AuditEvent) => Measure[]>> = {
  "grant.requested": ({ facts }) => [
    oneOf("Asks", facts.decision),
    ...(facts.breakGlass ? [one("BreakGlass")] : []),
    ...[...new Set(recordedShadow(facts)?.notes.map(({ would }) => would))].map((would) =>
      oneOf("OnTrial", would),
    ),
  ],
  "decision.dry_run": () => [one("DryRuns")],
  "grant.stage_approved": () => [oneOf("Decisions", "stage_approved")],
  "grant.approved": () => [oneOf("Decisions", "approved")],
  "grant.rejected": () => [oneOf("Decisions", "rejected")],
  "grant.expired": () => [oneOf("Decisions", "expired")],
  "grant.cancelled": () => [oneOf("Decisions", "cancelled")],
  "grant.denied": () => [oneOf("Decisions", "denied")],
  "grant.activated": () => [one("Activations")],
  "credentials.collected": () => [one("Collections")],
  "grant.revoked": ({ facts }) =>
    facts.latencyMs === undefined ? [] : [{ metric: "RevokeLatency", value: facts.latencyMs }],
  "attempt.lost": () => [one("AttemptsLost")],
  "action.outcome_unknown": () => [one("OutcomesUnknown")],
  "lockdown.set": () => [one("Lockdowns")],
  "flag.raised": ({ facts }) => [oneOf("Flags", facts.action)],
  // One event may stand for all refusals of a kind in its minute (I-59).
  "request.refused": ({ facts }) => [{ ...oneOf("Refusals", facts.code), value: facts.count ?? 1 }],
};

/** The moves that close a grant which was open: an ask that was refused at once was never one. */
const CLOSING: ReadonlySet<string> = new Set(
  moveNames
    .filter((move) => move !== "request" && transitions[move].to.every(isTerminal))
    .map((move) => transitions[move].event),
);

/** A rule that cannot be evaluated: named among the rules that said no, or among those that an approved grant no longer meets. */
const erred = ({ facts }: AuditEvent): boolean =>
  [facts.rules, facts.reason].some((text) => text?.includes(EVALUATION_FAILED));

/** Where a decision is told. Others repeat the rules of the ask. */
const DECIDED: readonly EventType[] = [
  "grant.requested",
  "decision.dry_run",
  "grant.denied",
  "grant.revoking",
];

function measuresOf(event: AuditEvent): Measure[] {
  const closed = CLOSING.has(event.type) ? [oneOf("Endings", event.facts.code)] : [];
  const errors = DECIDED.includes(event.type) && erred(event) ? [one("DecisionErrors")] : [];
  return [...(COUNTED[event.type]?.(event) ?? []), ...closed, ...errors];
}

/** What a batch of events comes to: counts added up, latencies one by one. */
export function measuresOfBatch(events: readonly AuditEvent[]): Measure[] {
  const sums = new Map<string, Measure>();
  const single: Measure[] = [];
  for (const measure of events.flatMap(measuresOf)) {
    if (measure.metric === "RevokeLatency") single.push(measure);
    else {
      const key = `${measure.metric} ${measure.of}`;
      sums.set(key, { ...measure, value: measure.value + (sums.get(key)?.value ?? 0) });
    }
  }
  return [...sums.values(), ...single];
}
