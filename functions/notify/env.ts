import * as z from "zod";
import { text } from "../aws/env.ts";

export const env = z.object({ SLACK_SECRET_ID: text });
