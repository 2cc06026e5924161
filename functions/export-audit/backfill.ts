import * as z from "zod";
import type { Table } from "../aws/table/client.ts";
import { scanEvents } from "../aws/table/scan-events.ts";
import { type Backfill, type BackfillAnswer, backfillInput } from "../core/audit/backfill.ts";
import { epochMs } from "../core/time.ts";
import { type ExportDeps, type Exported, store } from "./export.ts";
import { type Reading, readRecord } from "./read-record.ts";

export type BackfillDeps = ExportDeps & { table: Table };

/** Of the function's minute: what is left is for the last page, and for writing what was found. */
const MOST_MS = 30_000;
/** How many events become an object of their day at most: as many as a batch of the stream. */
const MOST_EVENTS = 5_000;

type Found = { record: unknown; reading: Reading };
const key = z.strictObject({ pk: z.string().min(1), sk: z.string().min(1) });

const placeOf = (at: z.infer<typeof key>): string =>
  Buffer.from(JSON.stringify({ pk: at.pk, sk: at.sk })).toString("base64url");

function keyAt(place: string): z.infer<typeof key> | undefined {
  try {
    return key.safeParse(JSON.parse(Buffer.from(place, "base64url").toString("utf8"))).data;
  } catch {
    return undefined;
  }
}

/** An item as the stream would have told of its insertion: read by the same code. */
const recordOf = (image: unknown) => ({ eventName: "INSERT", dynamodb: { NewImage: image } });

/** What cannot be read tells no time: it is kept in quarantine, whenever it is met. */
const isWanted = (reading: Reading, { from, to }: Backfill): boolean => {
  if (reading.kind !== "event") return reading.kind === "poison";
  const at = epochMs(reading.event.event.time);
  return at >= epochMs(from) && at < epochMs(to);
};

async function fill(deps: BackfillDeps, wanted: Backfill): Promise<BackfillAnswer> {
  const began = deps.now();
  const done: Exported = { events: 0, objects: 0, quarantined: 0 };
  let after = wanted.next === undefined ? undefined : keyAt(wanted.next);
  if (wanted.next !== undefined && !after) return { problem: "backfill.next: is not from an earlier answer" };
  let found: Found[] = [];
  const write = async (): Promise<void> => {
    const { events, objects, quarantined } = await store(deps, found);
    done.events += events;
    done.objects += objects;
    done.quarantined += quarantined;
    found = [];
  };
  do {
    const page = await scanEvents(deps.table, after);
    const read = page.images.map(recordOf).map((record) => ({ record, reading: readRecord(record) }));
    found.push(...read.filter(({ reading }) => isWanted(reading, wanted)));
    if (found.length >= MOST_EVENTS) await write();
    after = page.next;
  } while (after && deps.now() - began < MOST_MS);
  // Before the answer says how far it is: whoever never hears it begins where the last one ended.
  await write();
  return { done: !after, ...(after ? { next: placeOf(after) } : {}), ...done };
}

/**
 * Makes the events of a time again from the table, where nothing deletes them: after an outage longer than the stream's
 * 24 hours (I-58). By the same code as ever, so they are the same events; those that were exported already are there
 * once more under another name, and every reader takes each id once. Bad input writes nothing.
 */
export async function backfill(deps: BackfillDeps, input: unknown): Promise<BackfillAnswer> {
  const parsed = backfillInput.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { problem: `${issue?.path.join(".") || "input"}: ${issue?.message ?? "is not valid"}` };
  }
  const answer = await fill(deps, parsed.data.backfill);
  if ("problem" in answer) return answer;
  const { done, events, objects, quarantined } = answer;
  deps.log("audit.backfilled", { done, events, objects, quarantined });
  return answer;
}
