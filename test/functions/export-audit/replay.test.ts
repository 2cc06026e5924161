import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SealedEvent } from "../../../functions/core/audit/event.ts";
import { exportBatch } from "../../../functions/export-audit/export.ts";
import { chain, fakeStore, loose, recordFor } from "./fixtures.ts";
import { eventsOf, exportedRows } from "./read.ts";

const DAY_MS = 86_400_000;
const start = Date.parse("2026-11-20T23:59:00.000Z");
const history: SealedEvent[] = [
  ...chain(
    "aaaaaaaaaaaaaaaa",
    ["grant.requested", "grant.attempt_claimed", "grant.activated", "grant.ended"],
    start,
  ),
  ...chain("bbbbbbbbbbbbbbbb", ["grant.requested", "grant.approved", "grant.cancelled"], start + 59_500),
  ...Array.from({ length: 8 }, (_, index) =>
    loose(
      `refused-${index}`,
      { count: index + 1 },
      { time: new Date(start + (index * DAY_MS) / 4).toISOString() },
    ),
  ),
];
const truth = new Map(history.map(({ event, body }) => [event.id, body]));

/** The history as deliveries: some records again, in some order, cut into batches. */
const deliveries = fc
  .tuple(
    fc.shuffledSubarray(history, { minLength: 0 }),
    fc.shuffledSubarray(history, { minLength: history.length }),
  )
  .chain(([again, all]) => {
    const records = [...all, ...again];
    return fc
      .array(fc.integer({ min: 1, max: 7 }), { minLength: records.length, maxLength: records.length })
      .map((sizes) => {
        const batches: SealedEvent[][] = [];
        for (let at = 0, next = 0; at < records.length; next += 1) {
          const size = sizes[next] ?? 1;
          batches.push(records.slice(at, at + size));
          at += size;
        }
        return batches;
      });
  });

describe("I-57 the set of events that a reader sees", () => {
  test("is the same after duplicates, other batch boundaries, other orders and replays of a batch (F-27, F-29)", async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, fc.nat(3), async (batches, replays) => {
        const { deps, objects } = fakeStore();
        for (const batch of [...batches, ...batches.slice(0, replays)])
          await exportBatch(deps, batch.map(recordFor));
        expect(eventsOf(await exportedRows(objects))).toEqual(truth);
      }),
      { numRuns: 30 },
    );
  });

  test("is the same when the store fails in the middle of a batch and the batch comes again (F-30, F-06)", async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, fc.array(fc.nat(4), { maxLength: 6 }), async (batches, failures) => {
        const { deps, objects } = fakeStore();
        const pending = [...failures];
        let calls = 0;
        // Half of the faults come after the write: an answer that was lost.
        const put: typeof deps.put = async (key, bytes) => {
          calls += 1;
          const fails = pending[0] !== undefined && calls > pending[0];
          if (!fails) return deps.put(key, bytes);
          pending.shift();
          if (calls % 2) await deps.put(key, bytes);
          calls = 0;
          throw new Error("timeout");
        };
        for (const batch of batches) {
          for (let done = false; !done; ) {
            done = await exportBatch({ ...deps, put }, batch.map(recordFor)).then(
              () => true,
              () => false,
            );
          }
        }
        expect(eventsOf(await exportedRows(objects))).toEqual(truth);
      }),
      { numRuns: 40 },
    );
  });
});
