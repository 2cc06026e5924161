import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { openTable } from "../aws/table/client.ts";
import { publicDocuments } from "./documents.ts";
import { env } from "./env.ts";

export const handler = publicDocuments({ table: openTable(readEnv(env).TABLE_NAME), log });
