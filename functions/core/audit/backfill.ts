import * as z from "zod";

/** Where a scan goes on: base64url, made by the exporter and only given back to it. */
const place = z
  .string()
  .max(4_096)
  .regex(/^[A-Za-z0-9_-]+$/);
const instant = z.iso.datetime({ error: "must be a time in UTC: 2026-11-21T09:00:00Z" });

/** To make again the events of a time, `to` not included: what `export-audit` is invoked with. */
export const backfillInput = z.strictObject({
  backfill: z
    .strictObject({ from: instant, to: instant, next: place.optional() })
    .refine(({ from, to }) => Date.parse(from) < Date.parse(to), "from must be before to"),
});
export type Backfill = z.infer<typeof backfillInput>["backfill"];

/** What one invocation did; with `done: false` the next one goes on at `next`. */
export const backfillAnswer = z.union([
  z.strictObject({
    done: z.boolean(),
    next: place.optional(),
    events: z.int().min(0),
    objects: z.int().min(0),
    quarantined: z.int().min(0),
  }),
  z.strictObject({ problem: z.string() }),
]);
export type BackfillAnswer = z.infer<typeof backfillAnswer>;
