import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { openMailer } from "../aws/mailer.ts";
import { readPolicy } from "../aws/policy.ts";
import { run } from "../aws/run.ts";
import { now } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { openTeller } from "../aws/workflow.ts";
import { askInput } from "../core/grant/schedule.ts";
import { askAgain } from "./again.ts";
import { askApprovers } from "./ask.ts";
import { tellSkipped } from "./broken-glass.ts";
import { env } from "./env.ts";

const { TABLE_NAME, ACCOUNT_ID, APPROVAL_URL, SENDER } = readEnv(env);
const { catalogue } = readPolicy(ACCOUNT_ID);
const deps = {
  catalogue,
  table: openTable(TABLE_NAME),
  sendMail: openMailer(SENDER),
  tell: openTeller(),
  approvalUrl: APPROVAL_URL,
  now,
  log,
};

export const handler = run(
  (input: unknown) => {
    const asked = askInput.parse(input);
    if ("tell" in asked) return tellSkipped(deps, asked);
    return "again" in asked ? askAgain(deps, asked) : askApprovers(deps, asked);
  },
  (input) => askInput.safeParse(input).data?.grantId,
);
