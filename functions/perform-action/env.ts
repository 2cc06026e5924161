import * as z from "zod";
import { text } from "../aws/env.ts";

/** One function for each action type that names a performer. */
export const env = z.object({ TABLE_NAME: text, ACCOUNT_ID: text, ACTION_TYPE: text });
