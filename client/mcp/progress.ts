import type { ServerContext } from "@modelcontextprotocol/server";
import { shown } from "./words.ts";

const BEAT_MS = 10_000;

export type Progress = { say(message: string): void; close(): void };

/**
 * Tells a client how a call goes, where it asked to be told: each new thing at once, and the last one again every ten
 * seconds, since some clients wait on only while they hear something.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/progress
 */
export function progressOf(
  { mcpReq }: ServerContext,
  { now, total }: { now(): number; total: number },
  beatMs = BEAT_MS,
): Progress {
  const token = mcpReq._meta?.progressToken;
  if (token === undefined) return { say: () => undefined, close: () => undefined };
  const began = now();
  let last = "";
  // It has to rise with each notification, even within one second.
  let progress = 0;
  const send = (): void => {
    progress = Math.max(progress + 0.001, (now() - began) / 1000);
    const params = { progressToken: token, progress, total: Math.max(total, progress), message: last };
    // Whoever is gone hears nothing; the call itself ends by its signal.
    mcpReq.notify({ method: "notifications/progress", params }).catch(() => undefined);
  };
  const beat = setInterval(() => last && send(), beatMs);
  beat.unref();
  return {
    say(message) {
      last = shown(message);
      send();
    },
    close: () => clearInterval(beat),
  };
}
