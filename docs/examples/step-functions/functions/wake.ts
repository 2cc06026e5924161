import * as z from "zod";
import { settleDeps } from "./deps.ts";
import { settle } from "./settle.ts";

/** An event of the bus `latchkey`. It says that something happened to a grant; what is the case, the broker says. */
const event = z.object({ detail: z.object({ type: z.string(), grant: z.string() }) });

/** Looks after whoever waits for the grant of an event. A fault is thrown: EventBridge and Lambda try again. */
export const handler = async (given: unknown): Promise<void> => {
  const { type, grant } = event.parse(given).detail;
  const settled = await settle(settleDeps(), grant);
  console.log(JSON.stringify({ code: "pipeline.event", type, grantId: grant, settled }));
};
