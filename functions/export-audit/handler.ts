import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { openS3, storeIn } from "../aws/audit-store.ts";
import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { run } from "../aws/run.ts";
import { now, pause } from "../aws/system.ts";
import { env } from "./env.ts";
import { exportBatch } from "./export.ts";

const { AUDIT_BUCKET } = readEnv(env);
const deps = { put: storeIn({ s3: openS3(), bucket: AUDIT_BUCKET, pause }), now, log };

/**
 * No record ever fails by itself, so no failure is ever named here; a fault of the store is thrown, and the whole batch
 * comes again. That is the one answer which AWS and the local AWS (it takes a partial failure for success) both
 * understand.
 */
export const handler = run(async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
  await exportBatch(deps, event.Records);
  return { batchItemFailures: [] };
});
