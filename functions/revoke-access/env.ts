import * as z from "zod";
import { seconds, text } from "../aws/env.ts";

export const env = z.object({
  TABLE_NAME: text,
  ACCOUNT_ID: text,
  PARTITION: text,
  EXTERNAL_ID: text,
  PROBE_QUEUE_URL: text,
  DENY_MARGIN_SECONDS: seconds,
  SETTLE_SECONDS: seconds,
});
