import type { SQSEvent } from "aws-lambda";
import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { openProbeQueue } from "../aws/probe-queue.ts";
import { openProbes } from "../aws/probes.ts";
import { run } from "../aws/run.ts";
import { newId, now } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { type ProbeMessage, probeMessage } from "../core/probe.ts";
import { env } from "./env.ts";
import { proveBatch } from "./prove.ts";

const { TABLE_NAME, ACCOUNT_ID, PARTITION, EXTERNAL_ID, PROBE_QUEUE_URL, SETTLE_SECONDS } = readEnv(env);
const deps = {
  table: openTable(TABLE_NAME),
  probe: openProbes(EXTERNAL_ID, process.env.AWS_REGION ?? "us-east-1"),
  queueProbes: openProbeQueue(PROBE_QUEUE_URL),
  accountId: ACCOUNT_ID,
  partition: PARTITION,
  settleSeconds: SETTLE_SECONDS,
  now,
  newId,
  log,
};

function messageOf(body: string): ProbeMessage | undefined {
  try {
    return probeMessage.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}

export const handler = run((event: SQSEvent) =>
  proveBatch(
    deps,
    event.Records.map(({ messageId, body }) => ({ messageId, message: messageOf(body) })),
  ),
);
