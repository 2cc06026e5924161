import type { SQSEvent } from "aws-lambda";
import { denyMessage } from "../aws/deny-queue.ts";
import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { openDenyPolicies } from "../aws/role-policies.ts";
import { run } from "../aws/run.ts";
import { newId, now } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { env } from "./env.ts";
import { revokeBatch } from "./revoke.ts";

const { TABLE_NAME, DENY_MARGIN_SECONDS } = readEnv(env);
const deps = {
  table: openTable(TABLE_NAME),
  policies: openDenyPolicies(),
  denyMarginSeconds: DENY_MARGIN_SECONDS,
  now,
  newId,
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
