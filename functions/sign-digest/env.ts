import * as z from "zod";
import { text } from "../aws/env.ts";

/** A witness that is "none" is left out. */
export const env = z.object({
  TABLE_NAME: text,
  AUDIT_BUCKET: text,
  DIGEST_KEY: text,
  SENDER: text,
  WITNESS_BUCKET: text,
  WITNESS_ADDRESS: text,
});
