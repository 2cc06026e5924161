import * as z from "zod";
import { text } from "../aws/env.ts";

export const env = z.object({ TABLE_NAME: text, ACCOUNT_ID: text, DENY_QUEUE_URL: text });
