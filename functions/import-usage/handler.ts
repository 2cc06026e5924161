import { openS3, storeIn } from "../aws/audit-store.ts";
import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { run } from "../aws/run.ts";
import { now, pause } from "../aws/system.ts";
import { openUsageBus } from "../aws/usage-bus.ts";
import { env } from "./env.ts";
import { importNew } from "./import.ts";
import { openFilesIn } from "./open-file.ts";

const { TRAIL_BUCKET, AUDIT_BUCKET, BUS_NAME, ACCESS_ACCOUNTS } = readEnv(env);
const s3 = openS3();
const deps = {
  open: openFilesIn({ s3, bucket: TRAIL_BUCKET }),
  put: storeIn({ s3, bucket: AUDIT_BUCKET, pause }),
  tell: openUsageBus(BUS_NAME),
  log,
  now,
  interest: { accessAccounts: ACCESS_ACCOUNTS.split(","), auditBucket: AUDIT_BUCKET },
  trailBucket: TRAIL_BUCKET,
};

export const handler = run((event: unknown) => importNew(deps, event));
