import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { readPolicy } from "../aws/policy.ts";
import { run } from "../aws/run.ts";
import { openSigner } from "../aws/signer.ts";
import { newId, now } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { grantInput } from "../core/grant/schedule.ts";
import { preparePolicyEngine } from "../core/policy/engine.ts";
import { env } from "./env.ts";
import { issuePermit } from "./issue.ts";

const { TABLE_NAME, ACCOUNT_ID, PERMIT_KEY, APPROVAL_URL } = readEnv(env);
const policy = readPolicy(ACCOUNT_ID);
const deps = {
  ...policy,
  engine: preparePolicyEngine(policy.bundle),
  table: openTable(TABLE_NAME),
  permitSigner: openSigner(PERMIT_KEY),
  approvalUrl: APPROVAL_URL,
  now,
  newId,
  log,
};

export const handler = run(
  (input: unknown) => issuePermit(deps, grantInput.parse(input)),
  (input) => grantInput.safeParse(input).data?.grantId,
);
