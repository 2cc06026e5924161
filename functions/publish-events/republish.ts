import { type PutEvents, putOnBus } from "../aws/bus.ts";
import { faultFields, type Log } from "../aws/log.ts";
import type { Parked, ParkedQueue } from "../aws/parked.ts";
import type { Now } from "../aws/system.ts";
import { epochMs } from "../core/time.ts";
import { readRecord } from "../export-audit/read-record.ts";

export type RepublishDeps = {
  putEvents: PutEvents;
  parked: ParkedQueue;
  pause: (ms: number) => Promise<void>;
  now: Now;
  log: Log;
};

/** What waits longer than this rings. */
const PATIENCE_MS = 10 * 60_000;
/** A run of `sweep` has other work: the rest comes with the next one. */
const MOST_MS = 10_000;

/** Offers one receipt of messages to the bus; gives back those that stay parked. */
async function republish(deps: RepublishDeps, messages: readonly Parked[]): Promise<Parked[]> {
  const readable = messages.flatMap((message) => {
    const reading = readRecord(message.record);
    return reading.kind === "event" ? [{ message, event: reading.event }] : [];
  });
  const refused = await putOnBus(
    deps,
    readable.map(({ event }) => event),
  );
  const staying = new Set(messages);
  for (const { message, event } of readable) {
    if (refused.some((each) => each.event === event)) continue;
    await deps.parked.remove(message.receipt);
    staying.delete(message);
  }
  return [...staying];
}

async function republishAll(deps: RepublishDeps): Promise<void> {
  const began = deps.now();
  let published = 0;
  let late = 0;
  while (deps.now() - began < MOST_MS) {
    const messages = await deps.parked.receive();
    if (messages.length === 0) break;
    const staying = await republish(deps, messages);
    const overdue = staying.filter(
      ({ parkedAt }) => parkedAt === undefined || deps.now() - epochMs(parkedAt) >= PATIENCE_MS,
    );
    published += messages.length - staying.length;
    late += overdue.length;
    // The bus takes nothing at all: the rest can wait for the next minute.
    if (staying.length === messages.length) break;
  }
  if (published > 0) deps.log("events.republished", { published });
  if (late > 0) deps.log("events.not_published", { late });
}

/**
 * Each minute, by `sweep`: what the bus did not take is offered again. What cannot be read stays, with its content, until
 * a release can read it or somebody removes it. Never throws: nothing that is due waits for the bus.
 */
export async function republishParked(deps: RepublishDeps): Promise<void> {
  try {
    await republishAll(deps);
  } catch (fault) {
    deps.log("sweep.failed", { item: "parked events", ...faultFields(fault) });
  }
}
