import { type PutEvents, putOnBus } from "../aws/bus.ts";
import { faultFields, type Log } from "../aws/log.ts";
import type { Emit } from "../aws/metrics.ts";
import { type Park, parkedText, recordOf } from "../aws/parked.ts";
import type { Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { lowerQuota } from "../aws/table/lower-quota.ts";
import type { AuditEvent, SealedEvent } from "../core/audit/event.ts";
import { isTerminal, moveNames, transitions } from "../core/grant/transitions.ts";
import { isoMillis } from "../core/time.ts";
import { readRecord } from "../export-audit/read-record.ts";
import { measuresOfBatch } from "./measures.ts";

export type PublishDeps = {
  table: Table;
  putEvents: PutEvents;
  park: Park;
  pause: (ms: number) => Promise<void>;
  now: Now;
  log: Log;
  emit: Emit;
};
export type Published = { published: number; parked: number; lowered: number };

/** Every status that no move leads out of. */
const TERMINAL: ReadonlySet<string> = new Set(
  moveNames.flatMap((move) => [...transitions[move].to]).filter(isTerminal),
);

/** The grant and agent of a move that closed a grant; notes beside the chain repeat a status, but move nothing. */
function closedBy({ grant, chain, facts }: AuditEvent): { grantId: string; agent: string } | undefined {
  if (!grant || !chain || !facts.agent || !TERMINAL.has(facts.status ?? "")) return undefined;
  return { grantId: grant, agent: facts.agent };
}

/** A fault of the table is thrown, for the stream to come again; what DynamoDB can never take is that record's own. */
async function lower(deps: PublishDeps, event: AuditEvent): Promise<number> {
  const closed = closedBy(event);
  if (!closed) return 0;
  try {
    return (await lowerQuota(deps.table, closed.agent, closed.grantId)) ? 1 : 0;
  } catch (fault) {
    if (!(fault instanceof Error && fault.name === "ValidationException")) throw fault;
    deps.log("quota.not_lowered", { grantId: closed.grantId, ...faultFields(fault) });
    return 0;
  }
}

async function setAside(deps: PublishDeps, record: unknown, reason: string): Promise<void> {
  await deps.park(parkedText(record, { reason, at: isoMillis(deps.now()) }));
  deps.log("events.parked", { reason });
}

/**
 * Second reader of the stream: lowers the quotas of grants that closed, then puts every event on the bus, once or more.
 * Nothing in a record makes it throw: what cannot be read, and what the bus does not take, is parked for `sweep`. A fault
 * of the table or of the parking queue is thrown, and the whole batch comes again: taking an id out of a set twice
 * changes nothing, and readers of the bus take each event id once. Quotas first, so that a table which does not answer
 * does not make the same events go out again and again.
 */
export async function publishBatch(deps: PublishDeps, records: readonly unknown[]): Promise<Published> {
  const events: SealedEvent[] = [];
  const poison: { record: unknown; reason: string }[] = [];
  for (const record of records) {
    const reading = readRecord(record);
    if (reading.kind === "event") events.push(reading.event);
    if (reading.kind === "poison") poison.push({ record, reason: reading.reason });
  }
  let lowered = 0;
  for (const { event } of events) lowered += await lower(deps, event);
  const refused = await putOnBus(deps, events);
  for (const { event, reason } of refused) await setAside(deps, recordOf(event), reason);
  for (const { record, reason } of poison) await setAside(deps, record, reason);
  // Last of all: a batch that comes again because something here failed is counted once.
  deps.emit(measuresOfBatch(events.map(({ event }) => event)));
  const published = events.length - refused.length;
  const done = { published, parked: refused.length + poison.length, lowered };
  deps.log("events.published", done);
  return done;
}
