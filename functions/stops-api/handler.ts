import { openDenyQueue } from "../aws/deny-queue.ts";
import { readEnv } from "../aws/env.ts";
import { signedApi } from "../aws/http/signed-api.ts";
import { log } from "../aws/log.ts";
import { readPolicy } from "../aws/policy.ts";
import { newId, now } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { openTeller } from "../aws/workflow.ts";
import { env } from "./env.ts";
import { liftLockdown } from "./lift-lockdown.ts";
import { listLockdowns } from "./list-lockdowns.ts";
import { revokeGrant } from "./revoke.ts";
import { setLockdown } from "./set-lockdown.ts";

const { TABLE_NAME, ACCOUNT_ID, DENY_QUEUE_URL } = readEnv(env);
const { catalogue } = readPolicy(ACCOUNT_ID);
const deps = {
  catalogue,
  table: openTable(TABLE_NAME),
  queueDeny: openDenyQueue(DENY_QUEUE_URL),
  tell: openTeller(),
  now,
  newId,
  log,
};

export const handler = signedApi(
  "stops-api",
  {
    revoke: (call) => revokeGrant(deps, call),
    setLockdown: (call) => setLockdown(deps, call),
    listLockdowns: (call) => listLockdowns(deps, call),
    liftLockdown: (call) => liftLockdown(deps, call),
  },
  deps,
);
