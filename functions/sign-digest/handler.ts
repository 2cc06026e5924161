import { openS3, storeIn } from "../aws/audit-store.ts";
import { openVersions } from "../aws/audit-versions.ts";
import { readEnv } from "../aws/env.ts";
import { log } from "../aws/log.ts";
import { openMailer } from "../aws/mailer.ts";
import { run } from "../aws/run.ts";
import { openSigner } from "../aws/signer.ts";
import { now, pause } from "../aws/system.ts";
import { openTable } from "../aws/table/client.ts";
import { env } from "./env.ts";
import { signDigests } from "./sign.ts";
import { addressWitness, bucketWitness } from "./witnesses.ts";

const { TABLE_NAME, AUDIT_BUCKET, DIGEST_KEY, SENDER, WITNESS_BUCKET, WITNESS_ADDRESS } = readEnv(env);
const s3 = openS3();
const deps = {
  record: AUDIT_BUCKET,
  versions: openVersions({ s3, bucket: AUDIT_BUCKET }),
  put: storeIn({ s3, bucket: AUDIT_BUCKET, pause }),
  table: openTable(TABLE_NAME),
  signer: openSigner(DIGEST_KEY),
  witnesses: [
    ...(WITNESS_BUCKET === "none" ? [] : [bucketWitness(storeIn({ s3, bucket: WITNESS_BUCKET, pause }))]),
    ...(WITNESS_ADDRESS === "none" ? [] : [addressWitness(openMailer(SENDER), WITNESS_ADDRESS)]),
  ],
  now,
  log,
};

/** Takes no input: what is signed, and up to when, nobody who can call it may choose. */
export const handler = run(() => signDigests(deps));
