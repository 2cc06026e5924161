import { openAskAgain } from "../aws/ask-again.ts";
import { openDenyQueue } from "../aws/deny-queue.ts";
import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { run } from "../aws/run.ts";
import { newId, now } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { openTeller, openWorkflow } from "../aws/workflow.ts";
import { env } from "./env.ts";
import { sweep } from "./sweep.ts";

const { TABLE_NAME, STATE_MACHINE_ARN, DENY_QUEUE_URL, ASK_APPROVERS_ARN, DENY_MARGIN_SECONDS } =
  readEnv(env);
const deps = {
  table: openTable(TABLE_NAME),
  startWorkflow: openWorkflow(STATE_MACHINE_ARN),
  tell: openTeller(),
  queueDeny: openDenyQueue(DENY_QUEUE_URL),
  askAgain: openAskAgain(ASK_APPROVERS_ARN),
  denyMarginSeconds: DENY_MARGIN_SECONDS,
  now,
  newId,
  log,
};

export const handler = run(() => sweep(deps));
