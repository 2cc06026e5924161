import * as z from "zod";
import { BUS_SOURCE } from "../aws/bus.ts";
import { type AuditEvent, deliveredEvent } from "../core/audit/event.ts";
import { roleAssumed, sessionUsed, USE_SOURCE, USE_TYPES } from "../core/watch/use.ts";
import { readAssumed } from "../import-usage/read-assumed.ts";

/** Each minute: what could not be done yet is tried again. */
export const AGAIN = { schema: 1, again: true } as const;
const again = z.strictObject({ schema: z.literal(1), again: z.literal(true) });

/** Of EventBridge's own envelope only what is read. */
const envelope = z.object({ source: z.string(), "detail-type": z.string(), detail: z.unknown() });

export type Watched =
  | { kind: "again" }
  | { kind: "event"; event: AuditEvent }
  | { kind: "used"; used: z.infer<typeof sessionUsed> }
  | { kind: "assumed"; assumed: z.infer<typeof roleAssumed> }
  | { kind: "other" };

/** What the function is run with: an event of the record, a word of CloudTrail's by `import-usage` or at once, or the minute. */
export function watchedIn(input: unknown): Watched {
  if (again.safeParse(input).success) return { kind: "again" };
  const { source, "detail-type": type, detail } = envelope.parse(input);
  if (source === BUS_SOURCE) {
    const { hash: _hash, ...event } = deliveredEvent.parse(detail);
    return { kind: "event", event };
  }
  if (source === USE_SOURCE && type === USE_TYPES.used)
    return { kind: "used", used: sessionUsed.parse(detail) };
  if (source === USE_SOURCE && type === USE_TYPES.assumed)
    return { kind: "assumed", assumed: roleAssumed.parse(detail) };
  if (source === "aws.sts") {
    const assumed = readAssumed(detail);
    if (assumed) return { kind: "assumed", assumed };
  }
  return { kind: "other" };
}
