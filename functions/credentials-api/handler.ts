import { readEnv } from "../aws/env.ts";
import { signedApi } from "../aws/http/signed-api.ts";
import { log } from "../aws/log.ts";
import { readPolicy } from "../aws/policy.ts";
import { openSeal, session } from "../aws/seal.ts";
import { newId, now, pause } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { collect } from "./collect.ts";
import { env } from "./env.ts";

const { TABLE_NAME, ACCOUNT_ID, SEAL_KEY_ARN } = readEnv(env);
const { catalogue } = readPolicy(ACCOUNT_ID);
const deps = {
  catalogue,
  table: openTable(TABLE_NAME),
  seal: openSeal(SEAL_KEY_ARN, session),
  now,
  newId,
  pause,
  log,
};

export const handler = signedApi("credentials-api", { credentials: (call) => collect(deps, call) }, deps);
