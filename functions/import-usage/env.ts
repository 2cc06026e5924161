import * as z from "zod";
import { text } from "../aws/env.ts";

export const env = z.object({
  TRAIL_BUCKET: text,
  AUDIT_BUCKET: text,
  /** Who watches hears of it there. */
  BUS_NAME: text,
  /** Ids of the accounts that have access roles, joined by commas. */
  ACCESS_ACCOUNTS: z.string().regex(/^\d{12}(,\d{12})*$/),
});
