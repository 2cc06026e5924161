import * as z from "zod";
import { grantInput } from "../core/grant/schedule.ts";
import { grantId } from "../core/ids.ts";

/** An event of Latchkey's bus, as far as it matters here: which grant it is about. What is the case is in the table. */
const told = z.object({ source: z.literal("latchkey"), detail: z.object({ grant: grantId }) });

/** What a performer's function is called with: by the workflow to perform, by a rule of the bus to stop. */
export const performInput = z.union([
  grantInput.transform((input) => ({ do: "perform" as const, ...input })),
  told.transform(({ detail }) => ({ do: "stop" as const, grantId: detail.grant })),
]);
