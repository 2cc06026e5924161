import { readEnv } from "../aws/env.ts";
import { signedApi } from "../aws/http/signed-api.ts";
import { log } from "../aws/log.ts";
import { readPolicy } from "../aws/policy.ts";
import { newId, now } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { env } from "./env.ts";
import { reportOutcome } from "./outcome.ts";
import { redeem } from "./redeem.ts";

const { TABLE_NAME, ACCOUNT_ID } = readEnv(env);
const deps = { ...readPolicy(ACCOUNT_ID), table: openTable(TABLE_NAME), now, newId, log };

export const handler = signedApi(
  "permits-api",
  { redeem: (call) => redeem(deps, call), outcome: (call) => reportOutcome(deps, call) },
  deps,
);
