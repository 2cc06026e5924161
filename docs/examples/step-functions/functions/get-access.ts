import * as z from "zod";
import { settleDeps } from "./deps.ts";
import { type SettleDeps, settle } from "./settle.ts";

const input = z.strictObject({
  grantId: z.string(),
  name: z.string(),
  attempt: z.int().min(0),
  taskToken: z.string(),
});

/** As long as the API holds a look while a machine is about to act: a routine yes is there by then. */
const HELD_SECONDS = 5;

/**
 * Keeps the task token beside the grant's id, and only then looks how the grant stands: whatever happened before the
 * token was there is seen by this look, and whatever happens later has an event that finds the token.
 */
export async function getAccess(deps: SettleDeps, wait: z.infer<typeof input>): Promise<string> {
  if (!(await deps.waiting.put(wait))) return "a later try waits";
  return settle(deps, wait.grantId, HELD_SECONDS);
}

export const handler = async (event: unknown): Promise<void> => {
  const wait = input.parse(event);
  const settled = await getAccess(settleDeps(), wait);
  console.log(JSON.stringify({ code: "pipeline.waits", grantId: wait.grantId, settled }));
};
