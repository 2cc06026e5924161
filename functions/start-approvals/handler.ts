import { BUS_SOURCE } from "../aws/bus.ts";
import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { openPipelines } from "../aws/pipelines.ts";
import { readPolicy } from "../aws/policy.ts";
import { run } from "../aws/run.ts";
import { newId, now } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { openWorkflow } from "../aws/workflow.ts";
import { busEvent } from "../core/actions/start.ts";
import { grantId } from "../core/ids.ts";
import { preparePolicyEngine } from "../core/policy/engine.ts";
import { answerCaller } from "./answer.ts";
import { env } from "./env.ts";
import { startApproval } from "./start.ts";

const { TABLE_NAME, ACCOUNT_ID, STATE_MACHINE_ARN } = readEnv(env);
const policy = readPolicy(ACCOUNT_ID);
const deps = {
  ...policy,
  engine: preparePolicyEngine(policy.bundle),
  table: openTable(TABLE_NAME),
  startWorkflow: openWorkflow(STATE_MACHINE_ARN),
  answer: openPipelines(),
  // Only for a broken glass, which no event may break.
  askAgain: () => Promise.reject(new Error("an event cannot break the glass")),
  now,
  newId,
  log,
};

export const handler = run(async (event: unknown) => {
  const { source, detail } = busEvent.parse(event);
  // Of Latchkey's own bus: something became of a grant, which somebody may wait for.
  if (source === BUS_SOURCE) return answerCaller(deps, grantId.parse(detail.grant));
  return startApproval(deps, event);
});
