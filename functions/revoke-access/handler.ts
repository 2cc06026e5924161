import type { SQSEvent } from "aws-lambda";
import { denyMessage } from "../aws/deny-queue.ts";
import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { readPolicy } from "../aws/policy.ts";
import { openProbeQueue } from "../aws/probe-queue.ts";
import { openDenyPolicies } from "../aws/role-policies.ts";
import { run } from "../aws/run.ts";
import { newId, now, pause } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { env } from "./env.ts";
import { revokeBatch } from "./revoke.ts";

const { TABLE_NAME, ACCOUNT_ID, PARTITION, EXTERNAL_ID, ...rest } = readEnv(env);
const deps = {
  table: openTable(TABLE_NAME),
  policies: openDenyPolicies({ accountId: ACCOUNT_ID, partition: PARTITION, externalId: EXTERNAL_ID }),
  queueProbes: openProbeQueue(rest.PROBE_QUEUE_URL),
  catalogue: readPolicy(ACCOUNT_ID).catalogue,
  denyMarginSeconds: rest.DENY_MARGIN_SECONDS,
  settleSeconds: rest.SETTLE_SECONDS,
  patienceMs: 50_000,
  now,
  newId,
  pause,
  log,
};

function roleOf(body: string): string | undefined {
  try {
    return denyMessage.parse(JSON.parse(body)).role;
  } catch {
    return undefined;
  }
}

export const handler = run((event: SQSEvent) =>
  revokeBatch(
    deps,
    event.Records.map(({ messageId, body }) => ({ messageId, role: roleOf(body) })),
  ),
);
