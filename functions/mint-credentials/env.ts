import * as z from "zod";
import { text } from "../aws/env.ts";

export const env = z.object({
  TABLE_NAME: text,
  ACCOUNT_ID: text,
  PARTITION: text,
  SEAL_KEY_ARN: text,
  EXTERNAL_ID: text,
});
