import * as z from "zod";
import { BUS_SOURCE } from "../aws/bus.ts";
import { faultFields, type Log } from "../aws/log.ts";
import { deliveredEvent } from "../core/audit/event.ts";
import type { Channel } from "./channels/channel.ts";
import { notices } from "./notices.ts";

export type NotifyDeps = { channels: readonly Channel[]; log: Log };

/** What the bus delivers; of EventBridge's own envelope only what is read. */
const delivery = z.object({
  source: z.literal(BUS_SOURCE),
  detail: deliveredEvent,
});

/**
 * Tells every channel of one event. All are tried, whatever one of them does; a failure is thrown when all were, and the
 * event comes again, then also to those that took it: a notice twice is better than none. No grant waits for any of it.
 */
export async function notify(deps: NotifyDeps, input: unknown): Promise<{ sent: string[] }> {
  const { hash: _hash, ...event } = delivery.parse(input).detail;
  const notice = notices[event.type]?.(event);
  const about = { event: event.id, type: event.type };
  if (!notice) {
    deps.log("notice.skipped", about);
    return { sent: [] };
  }
  const sent: string[] = [];
  const failed: string[] = [];
  for (const channel of deps.channels) {
    try {
      const how = await channel.send(notice);
      if (how === "sent") sent.push(channel.name);
      deps.log(how === "sent" ? "notice.sent" : "notice.channel_off", { ...about, channel: channel.name });
    } catch (fault) {
      failed.push(channel.name);
      deps.log("notice.not_sent", { ...about, channel: channel.name, ...faultFields(fault) });
    }
  }
  if (failed.length > 0) throw new Error(`notice not taken by ${failed.join(", ")}`);
  return { sent };
}
