import * as z from "zod";
import type { Broker } from "../../../../client/broker/broker.ts";
import { RefusedError } from "../../../../client/sdk/index.ts";
import { openAgent } from "./agent.ts";

const input = z.strictObject({ grantId: z.string(), name: z.string() });

/** Gives access back: cancels what waits, ends what is live. One that is over already is what was wanted. */
export async function giveBack(broker: Pick<Broker, "release">, grantId: string): Promise<string> {
  try {
    return (await broker.release(grantId)).status;
  } catch (fault) {
    if (fault instanceof RefusedError && fault.code === "wrong_state") return "over already";
    throw fault;
  }
}

export const handler = async (event: unknown): Promise<void> => {
  const { grantId, name } = input.parse(event);
  const status = await giveBack(openAgent(name), grantId);
  console.log(JSON.stringify({ code: "pipeline.gave_back", grantId, status }));
};
