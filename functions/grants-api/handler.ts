import { openAskAgain } from "../aws/ask-again.ts";
import { openDenyQueue } from "../aws/deny-queue.ts";
import { readEnv } from "../aws/env.ts";
import { signedApi } from "../aws/http/signed-api.ts";
import { log } from "../aws/log.ts";
import { readPolicy } from "../aws/policy.ts";
import { newId, now, pause } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { openTeller, openWorkflow } from "../aws/workflow.ts";
import { preparePolicyEngine } from "../core/policy/engine.ts";
import { askAction, getAction } from "./action.ts";
import { ask } from "./ask.ts";
import { env } from "./env.ts";
import { extend } from "./extend.ts";
import { catalogue, getGrant, list } from "./read.ts";
import { releaseGrant } from "./release.ts";

const { TABLE_NAME, ACCOUNT_ID, STATE_MACHINE_ARN, DENY_QUEUE_URL, ASK_APPROVERS_ARN } = readEnv(env);
const policy = readPolicy(ACCOUNT_ID);

const deps = {
  ...policy,
  engine: preparePolicyEngine(policy.bundle),
  table: openTable(TABLE_NAME),
  startWorkflow: openWorkflow(STATE_MACHINE_ARN),
  queueDeny: openDenyQueue(DENY_QUEUE_URL),
  tell: openTeller(),
  askAgain: openAskAgain(ASK_APPROVERS_ARN),
  now,
  newId,
  pause,
  log,
};

export const handler = signedApi(
  "grants-api",
  {
    catalogue: (call) => catalogue(deps, call),
    askAction: (call) => askAction(deps, call),
    getAction: (call) => getAction(deps, call),
    ask: (call) => ask(deps, call),
    extend: (call) => extend(deps, call),
    listGrants: (call) => list(deps, call),
    getGrant: (call) => getGrant(deps, call),
    release: (call) => releaseGrant(deps, call),
  },
  deps,
);
