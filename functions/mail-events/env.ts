import * as z from "zod";
import { text } from "../aws/env.ts";

export const env = z.object({ TABLE_NAME: text });
