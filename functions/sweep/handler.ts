import { openAccessRoles } from "../aws/access-roles.ts";
import { openAskAgain } from "../aws/ask-again.ts";
import { openBus } from "../aws/bus.ts";
import { openDenyQueue } from "../aws/deny-queue.ts";
import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { openMetrics } from "../aws/metrics.ts";
import { openParkedQueue } from "../aws/parked.ts";
import { readPolicy } from "../aws/policy.ts";
import { run } from "../aws/run.ts";
import { newId, now, pause } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { openTeller, openWorkflow } from "../aws/workflow.ts";
import { preparePolicyEngine } from "../core/policy/engine.ts";
import { republishParked } from "../publish-events/republish.ts";
import { env } from "./env.ts";
import { sweep } from "./sweep.ts";

const { TABLE_NAME, ACCOUNT_ID, STATE_MACHINE_ARN, DENY_QUEUE_URL, ASK_APPROVERS_ARN, ...more } =
  readEnv(env);
const policy = readPolicy(ACCOUNT_ID);
const bus = { putEvents: openBus(more.BUS_NAME), parked: openParkedQueue(more.PARKED_QUEUE_URL) };
const deps = {
  ...policy,
  engine: preparePolicyEngine(policy.bundle),
  table: openTable(TABLE_NAME),
  startWorkflow: openWorkflow(STATE_MACHINE_ARN),
  tell: openTeller(),
  queueDeny: openDenyQueue(DENY_QUEUE_URL),
  askAgain: openAskAgain(ASK_APPROVERS_ARN),
  denyMarginSeconds: more.DENY_MARGIN_SECONDS,
  accessRoles: openAccessRoles(),
  broker: { accountId: ACCOUNT_ID, partition: more.PARTITION, externalId: more.EXTERNAL_ID },
  republish: () => republishParked({ ...bus, pause, now, log }),
  now,
  newId,
  log,
  emit: openMetrics(),
};

export const handler = run(() => sweep(deps));
