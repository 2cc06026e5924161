import * as z from "zod";
import { openAgent } from "./agent.ts";
import { openAnswer } from "./answer.ts";
import type { SettleDeps } from "./settle.ts";
import { openWaiting } from "./waiting.ts";

const env = z.object({ WAITING_TABLE: z.string().min(1) });

/** What the two functions have that answer a waiting state. */
export function settleDeps(): SettleDeps {
  const { WAITING_TABLE } = env.parse(process.env);
  return { waiting: openWaiting(WAITING_TABLE, Date.now), answer: openAnswer(), open: openAgent };
}
