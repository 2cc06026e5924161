import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { openBus } from "../aws/bus.ts";
import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { openMetrics } from "../aws/metrics.ts";
import { openParking } from "../aws/parked.ts";
import { run } from "../aws/run.ts";
import { now, pause } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { env } from "./env.ts";
import { publishBatch } from "./publish.ts";

const { TABLE_NAME, BUS_NAME, PARKED_QUEUE_URL } = readEnv(env);
const deps = {
  table: openTable(TABLE_NAME),
  putEvents: openBus(BUS_NAME),
  park: openParking(PARKED_QUEUE_URL),
  pause,
  now,
  log,
  emit: openMetrics(),
};

/** No record fails by itself, so none is ever named here: see `export-audit`, which answers in the same way. */
export const handler = run(async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
  await publishBatch(deps, event.Records);
  return { batchItemFailures: [] };
});
