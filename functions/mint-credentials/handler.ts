import { randomBytes } from "node:crypto";
import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { readPolicy } from "../aws/policy.ts";
import { run } from "../aws/run.ts";
import { maskSecret, openSeal, session } from "../aws/seal.ts";
import { openSts } from "../aws/sessions.ts";
import { newId, now } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { grantInput } from "../core/grant/schedule.ts";
import { preparePolicyEngine } from "../core/policy/engine.ts";
import { env } from "./env.ts";
import { mint } from "./mint.ts";

const { TABLE_NAME, ACCOUNT_ID, SEAL_KEY_ARN, EXTERNAL_ID, PARTITION, ...lengths } = readEnv(env);
const policy = readPolicy(ACCOUNT_ID);
const deps = {
  ...policy,
  engine: preparePolicyEngine(policy.bundle),
  table: openTable(TABLE_NAME),
  assumeRole: openSts(EXTERNAL_ID),
  seal: openSeal(SEAL_KEY_ARN, session),
  maskSeal: openSeal(SEAL_KEY_ARN, maskSecret),
  newMaskSecret: () => ({ secret: randomBytes(32).toString("base64") }),
  accountId: ACCOUNT_ID,
  partition: PARTITION,
  longestSessionSeconds: lengths.LONGEST_SESSION_SECONDS,
  rotateBeforeSeconds: lengths.ROTATE_BEFORE_SECONDS,
  now,
  newId,
  log,
};

export const handler = run(
  (input: unknown) => mint(deps, grantInput.parse(input)),
  (input) => grantInput.safeParse(input).data?.grantId,
);
