import { randomBytes } from "node:crypto";
import { readEnv } from "../aws/env.ts";
import { signedApi } from "../aws/http/signed-api.ts";
import { log } from "../aws/log.ts";
import { readPolicy } from "../aws/policy.ts";
import { openItems } from "../aws/rows/items.ts";
import { openObjects } from "../aws/rows/objects.ts";
import { openQueries } from "../aws/rows/queries.ts";
import { maskSecret, openSeal } from "../aws/seal.ts";
import { newId, now, pause } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { env } from "./env.ts";
import { readMasked } from "./read.ts";

const { TABLE_NAME, ACCOUNT_ID, SEAL_KEY_ARN, WORKGROUP } = readEnv(env);
const { catalogue } = readPolicy(ACCOUNT_ID);
const deps = {
  catalogue,
  table: openTable(TABLE_NAME),
  maskSeal: openSeal(SEAL_KEY_ARN, maskSecret),
  objects: openObjects(),
  items: openItems(),
  queries: openQueries(WORKGROUP),
  random: (bytes: number) => randomBytes(bytes),
  now,
  newId,
  pause,
  log,
};

export const handler = signedApi("read-masked", { read: (call) => readMasked(deps, call) }, deps);
