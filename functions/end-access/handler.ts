import { openDenyQueue } from "../aws/deny-queue.ts";
import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { run } from "../aws/run.ts";
import { newId, now, pause } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { grantInput } from "../core/grant/schedule.ts";
import { endAccess } from "./end.ts";
import { env } from "./env.ts";

const { TABLE_NAME, DENY_QUEUE_URL } = readEnv(env);
const deps = {
  table: openTable(TABLE_NAME),
  queueDeny: openDenyQueue(DENY_QUEUE_URL),
  now,
  newId,
  pause,
  log,
};

export const handler = run(
  (input: unknown) => endAccess(deps, grantInput.parse(input)),
  (input) => grantInput.safeParse(input).data?.grantId,
);
