import * as z from "zod";
import { seconds, text } from "../aws/env.ts";

export const env = z.object({
  TABLE_NAME: text,
  ACCOUNT_ID: text,
  STATE_MACHINE_ARN: text,
  DENY_QUEUE_URL: text,
  ASK_APPROVERS_ARN: text,
  DENY_MARGIN_SECONDS: seconds,
  PARTITION: text,
  EXTERNAL_ID: text,
  BUS_NAME: text,
  PARKED_QUEUE_URL: text,
});
