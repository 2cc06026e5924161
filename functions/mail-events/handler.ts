import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { run } from "../aws/run.ts";
import { now } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { env } from "./env.ts";
import { noteFate } from "./note.ts";

const { TABLE_NAME } = readEnv(env);
const deps = { table: openTable(TABLE_NAME), now, log };

export const handler = run((event: unknown) => noteFate(deps, event));
