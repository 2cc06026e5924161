import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { SealedEvent } from "../core/audit/event.ts";
import { canonicalJson } from "../core/canonical.ts";

/** Who speaks on the bus: rules match it. */
export const BUS_SOURCE = "latchkey";

/** One request: at most 10 entries and 256 KB in all. */
const MOST_ENTRIES = 10;
const MOST_BYTES = 256 * 1024;
/** Of source, type and time. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const ENTRY_BYTES = 128;
const TRIES = 3;
const PAUSE_MS = 100;

/** Offers one request's events. For each: the code by which the bus refused it, or nothing. Throws when it cannot be reached. */
export type PutEvents = (events: readonly SealedEvent[]) => Promise<(string | undefined)[]>;
export type Refused = { event: SealedEvent; reason: string };
type Deps = { putEvents: PutEvents; pause: (ms: number) => Promise<void> };

/** An event as readers of the bus get it: the recorded event, and the hash of its canonical JSON beside its members. */
const detailOf = ({ event, hash }: SealedEvent): string => canonicalJson({ ...event, hash });

export function openBus(busName: string): PutEvents {
  // Short: what does not answer is parked, and the stream's other records must not wait for it.
  const requestHandler = { connectionTimeout: 2_000, requestTimeout: 4_000, throwOnRequestTimeout: true };
  const bridge = new EventBridgeClient({ maxAttempts: 2, requestHandler });
  return async (events) => {
    const answer = await bridge.send(
      new PutEventsCommand({
        Entries: events.map((sealed) => ({
          EventBusName: busName,
          Source: BUS_SOURCE,
          DetailType: sealed.event.type,
          Time: new Date(sealed.event.time),
          Detail: detailOf(sealed),
        })),
      }),
    );
    // An entry is taken when the answer has an id for it; anything else is a refusal.
    return events.map((_event, index) => {
      const entry = answer.Entries?.[index];
      return entry?.EventId ? undefined : (entry?.ErrorCode ?? "no_answer");
    });
  };
}

const bytesOf = (event: SealedEvent): number => Buffer.byteLength(detailOf(event)) + ENTRY_BYTES;

function requestsOf(events: readonly SealedEvent[]): SealedEvent[][] {
  const requests: SealedEvent[][] = [];
  let bytes = 0;
  for (const event of events) {
    const last = requests.at(-1);
    bytes += bytesOf(event);
    if (last && last.length < MOST_ENTRIES && bytes <= MOST_BYTES) last.push(event);
    else {
      requests.push([event]);
      bytes = bytesOf(event);
    }
  }
  return requests;
}

async function offer({ putEvents }: Deps, events: readonly SealedEvent[]): Promise<Refused[]> {
  const reasons = await putEvents(events);
  return events.flatMap((event, index) => {
    const reason = reasons[index];
    return reason === undefined ? [] : [{ event, reason }];
  });
}

/** One request, its refused entries again a few times. `down` when the bus could not be reached to the last. */
async function offerPatiently(
  deps: Deps,
  request: SealedEvent[],
): Promise<{ refused: Refused[]; down: boolean }> {
  let refused = request.map((event): Refused => ({ event, reason: "not_offered" }));
  let down = false;
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const again = refused.map(({ event }) => event);
    try {
      refused = await offer(deps, again);
      down = false;
    } catch (fault) {
      const reason = fault instanceof Error ? fault.name : "unknown";
      refused = again.map((event) => ({ event, reason }));
      down = true;
    }
    if (refused.length === 0) break;
    if (tries < TRIES) await deps.pause(PAUSE_MS * 2 ** tries);
  }
  return { refused, down };
}

/**
 * Puts events on the bus, and gives back those that it does not take. Never throws. A bus that cannot be reached is not
 * tried for every further request: a batch of the stream must be done within its function's time.
 */
export async function putOnBus(deps: Deps, events: readonly SealedEvent[]): Promise<Refused[]> {
  const tooLarge = events.filter((event) => bytesOf(event) > MOST_BYTES);
  const all: Refused[] = tooLarge.map((event) => ({ event, reason: "too_large" }));
  let isDown = false;
  for (const request of requestsOf(events.filter((event) => !tooLarge.includes(event)))) {
    if (isDown) {
      all.push(...request.map((event) => ({ event, reason: "bus_down" })));
      continue;
    }
    const { refused, down } = await offerPatiently(deps, request);
    all.push(...refused);
    isDown = down;
  }
  return all;
}
