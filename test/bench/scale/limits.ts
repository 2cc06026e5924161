import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { projectRoot } from "../../../local/paths.ts";

const limit = z.strictObject({
  what: z.string(),
  rate: z.number().positive(),
  burst: z.number().positive(),
  parts: z.int().positive().default(1),
  whose: z.enum(["ours", "aws", "guess"]),
  seen: z.literal("known").optional(),
  source: z.string(),
  raise: z.string(),
});
const limits = z.record(z.string(), limit);
export type Limits = z.infer<typeof limits>;

export const readLimits = (): Limits =>
  limits.parse(parse(readFileSync(join(projectRoot, "test/bench/scale/limits.yaml"), "utf8")));
