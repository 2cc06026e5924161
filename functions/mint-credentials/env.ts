import * as z from "zod";
import { text } from "../aws/env.ts";

export const env = z.object({
  TABLE_NAME: text,
  ACCOUNT_ID: text,
  PARTITION: text,
  SEAL_KEY_ARN: text,
  EXTERNAL_ID: text,
  /** STS gives at least 900 s, and 3,600 at most to a role that assumes a role. */
  LONGEST_SESSION_SECONDS: z.coerce.number().int().min(900).max(3_600),
  /** How long before a session ends the next is minted, where the window goes on. */
  ROTATE_BEFORE_SECONDS: z.coerce.number().int().min(60).max(1_800),
});
