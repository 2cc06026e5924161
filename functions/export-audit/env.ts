import * as z from "zod";
import { text } from "../aws/env.ts";

export const env = z.object({ AUDIT_BUCKET: text, TABLE_NAME: text });
