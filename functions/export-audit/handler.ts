import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { openS3, storeIn } from "../aws/audit-store.ts";
import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { run } from "../aws/run.ts";
import { now, pause } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import type { BackfillAnswer } from "../core/audit/backfill.ts";
import { backfill } from "./backfill.ts";
import { env } from "./env.ts";
import { exportBatch } from "./export.ts";

const { AUDIT_BUCKET, TABLE_NAME } = readEnv(env);
const put = storeIn({ s3: openS3(), bucket: AUDIT_BUCKET, pause });
const deps = { put, table: openTable(TABLE_NAME), now, log };

const isStream = (event: object): event is DynamoDBStreamEvent => "Records" in event;

/**
 * The stream's reader, and by invocation the maker of what the stream has lost. No record ever fails by itself, so no
 * failure is ever named here; a fault of the store is thrown, and the whole batch comes again. That is the one answer
 * which AWS and the local AWS (it takes a partial failure for success) both understand.
 */
export const handler = run(async (event: object): Promise<DynamoDBBatchResponse | BackfillAnswer> => {
  if (!isStream(event)) return backfill(deps, event);
  await exportBatch(deps, event.Records);
  return { batchItemFailures: [] };
});
