import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Move, RecordedGrant } from "../../../../client/learn/record/grant.ts";
import { parquetOf } from "../../../../functions/aws/parquet.ts";
import { columns, rowOf } from "../../../../functions/core/audit/columns.ts";
import {
  chainEventId,
  type Facts,
  type SealedEvent,
  sealEvent,
} from "../../../../functions/core/audit/event.ts";
import type { EventType } from "../../../../functions/core/audit/registry.ts";
import { canonicalJson } from "../../../../functions/core/canonical.ts";
import { isoMillis, isoSeconds } from "../../../../functions/core/time.ts";

const STATUS: Record<string, string> = {
  "grant.stage_approved": "PENDING",
  "grant.approved": "APPROVED",
  "grant.rejected": "REJECTED",
  "grant.expired": "EXPIRED",
  "grant.attempt_claimed": "ACTIVATING",
  "grant.activated": "ACTIVE",
  "grant.ended": "ENDED",
};
const ASKED = { allow: "APPROVED", needs_approval: "PENDING", deny: "DENIED" } as const;

const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;

/** What every event of a grant repeats of it. */
export const repeated = (grant: RecordedGrant): Facts =>
  defined({
    ...{ agent: grant.agent, owner: grant.owner, team: grant.team, resource: grant.resource },
    ...{ resourceArn: grant.resourceArn, environment: grant.environment, access: grant.access },
    scope: grant.scope && canonicalJson(grant.scope),
    ...{ masked: grant.masked, windowSeconds: grant.windowSeconds, purpose: grant.purpose },
    ...{ task: grant.task, ticket: grant.ticket, onBehalfOf: grant.onBehalfOf, model: grant.model },
    ...{ digest: `sha256:${"0".repeat(64)}`, decision: grant.decision, rules: grant.rules.join(",") },
    ...{ policyVersion: grant.policyVersion, role: "latchkey-access-of-the-year" },
    riskScore: grant.risk?.score,
    riskFactors:
      grant.risk &&
      Object.entries(grant.risk.factors)
        .map(([name, points]) => `${name}=${points}`)
        .join(","),
    breakGlass: grant.breakGlass || undefined,
  });

/** What only the ask tells. */
const ofAsk = (grant: RecordedGrant): Facts => {
  const startsAt = grant.requestedStart === undefined ? undefined : isoSeconds(grant.requestedStart);
  const needed = grant.plan.reduce((sum, { quorum }) => sum + quorum, 0);
  return defined({
    status: ASKED[grant.decision],
    plan: grant.plan.map(({ stage, group, quorum }) => `${stage}:${group}:${quorum}`).join(",") || undefined,
    approvalsNeeded: grant.decision === "deny" ? undefined : needed,
    capSeconds: grant.capSeconds,
    context: grant.context && canonicalJson(defined({ ...grant.context, startsAt })),
    shadow: grant.shadow && canonicalJson({ notes: grant.shadow, outcome: grant.decision, plan: [] }),
    code: grant.decision === "deny" ? "policy_denied" : undefined,
  });
};

const ofMove = (grant: RecordedGrant, { type, attempt, startsAt, endsAt, stage, group, code }: Move): Facts =>
  defined({
    status: STATUS[type],
    ...{ attempt, stage, group, code },
    startsAt: startsAt === undefined ? undefined : isoSeconds(startsAt),
    endsAt: endsAt === undefined ? undefined : isoSeconds(endsAt),
    sessionName: attempt === undefined ? undefined : `lk.year.${grant.id}.${attempt}`,
  });

const HAS_SESSION = ["grant.attempt_claimed", "grant.activated"];

/** A grant's chain, sealed as the broker seals it. */
export function eventsOf(grant: RecordedGrant): SealedEvent[] {
  let previous: string | null = null;
  return grant.moves.map((move) => {
    const { sessionName, ...more } = move.sequence === 1 ? ofAsk(grant) : ofMove(grant, move);
    const named = HAS_SESSION.includes(move.type) && sessionName ? { sessionName } : {};
    const sealed = sealEvent({
      v: 1,
      id: chainEventId(grant.id, move.sequence),
      type: move.type as EventType,
      time: isoMillis(move.at),
      actor: move.actor,
      grant: grant.id,
      chain: { sequence: move.sequence, previous },
      facts: { ...repeated(grant), ...more, ...named },
    });
    previous = sealed.hash;
    return sealed;
  });
}

/** One object of the record, as the exporter names and writes it. */
export function writeEvents(folder: string, day: string, events: readonly SealedEvent[]): string {
  const bytes = parquetOf(columns, events.map(rowOf));
  const hash = createHash("sha256").update(bytes).digest("hex");
  const [first, last] = [events[0], events.at(-1)].map((each) => each?.event.id);
  const path = join(folder, `events/dt=${day}/${first}-${last}-${hash}.parquet`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

/** So many grants are sealed and written at a time: all of a year would take gigabytes. */
const AT_ONCE = 5_000;

/** Writes the events of grants under `events/dt=…/`, a file for each day of so many grants; how many events there are. */
export function writeYear(folder: string, { grants }: { grants: readonly RecordedGrant[] }): number {
  let written = 0;
  for (let start = 0; start < grants.length; start += AT_ONCE) {
    const days = new Map<string, SealedEvent[]>();
    for (const sealed of grants.slice(start, start + AT_ONCE).flatMap(eventsOf)) {
      const day = sealed.event.time.slice(0, 10);
      const ofDay = days.get(day) ?? [];
      ofDay.push(sealed);
      days.set(day, ofDay);
      written += 1;
    }
    for (const [day, events] of days) writeEvents(folder, day, events);
  }
  return written;
}
