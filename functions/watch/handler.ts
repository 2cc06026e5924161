import { openDenyQueue } from "../aws/deny-queue.ts";
import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { readPolicy } from "../aws/policy.ts";
import { run } from "../aws/run.ts";
import { newId, now } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { openTeller } from "../aws/workflow.ts";
import { env } from "./env.ts";
import { watch } from "./watch.ts";

const { TABLE_NAME, ACCOUNT_ID, DENY_QUEUE_URL } = readEnv(env);
const { bundle, catalogue } = readPolicy(ACCOUNT_ID);
const deps = {
  catalogue,
  flags: bundle.flags,
  accountId: ACCOUNT_ID,
  table: openTable(TABLE_NAME),
  queueDeny: openDenyQueue(DENY_QUEUE_URL),
  tell: openTeller(),
  now,
  newId,
  log,
};

export const handler = run((input: unknown) => watch(deps, input));
