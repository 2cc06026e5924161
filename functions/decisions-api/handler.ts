import { openAskAgain } from "../aws/ask-again.ts";
import { readEnv } from "../aws/env.ts";
import { signedApi } from "../aws/http/signed-api.ts";
import { log } from "../aws/log.ts";
import { readPolicy } from "../aws/policy.ts";
import { newId, now } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { openTeller } from "../aws/workflow.ts";
import { preparePolicyEngine } from "../core/policy/engine.ts";
import { decideBySignedCall } from "./decide.ts";
import { env } from "./env.ts";
import { resend } from "./resend.ts";
import { closeReview } from "./review.ts";

const { TABLE_NAME, ACCOUNT_ID, ASK_APPROVERS_ARN } = readEnv(env);
const policy = readPolicy(ACCOUNT_ID);

const deps = {
  ...policy,
  engine: preparePolicyEngine(policy.bundle),
  table: openTable(TABLE_NAME),
  tell: openTeller(),
  askAgain: openAskAgain(ASK_APPROVERS_ARN),
  now,
  newId,
  log,
};

export const handler = signedApi(
  "decisions-api",
  {
    decision: (call) => decideBySignedCall(deps, call),
    resend: (call) => resend(deps, call),
    review: (call) => closeReview(deps, call),
  },
  deps,
);
