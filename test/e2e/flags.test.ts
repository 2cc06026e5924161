import { gzipSync } from "node:zlib";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { waitForNotice } from "../../local/notices.ts";
import { recordsOf } from "../functions/import-usage/fixtures.ts";
import { ACCOUNT, admin, as, ask, collect, inState, local, look, report } from "./world.ts";

const TRAIL_BUCKET = `latchkey-audit-trail-${ACCOUNT}-us-east-1`;
const told = (title: RegExp, text: string, what: string) =>
  waitForNotice(local().noticesUrl, (notice) => title.test(notice.title) && notice.text.includes(text), {
    what,
    timeoutMs: 40_000,
  });

/** What CloudTrail would tell of a session that tries door after door: the local AWS delivers nothing itself. */
async function deliverRefused(
  grant: { id: string; session: string; time: string },
  count: number,
): Promise<void> {
  const s3 = new S3Client({ ...(await admin()), forcePathStyle: true });
  const [record] = recordsOf("minted-sessions");
  const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/latchkey-access-staging-data/${grant.session}`;
  const Records = Array.from({ length: count }, (_, index) => ({
    ...record,
    ...{ eventID: `flag-${grant.id}-${index}`, eventTime: grant.time, recipientAccountId: ACCOUNT },
    ...{ errorCode: "AccessDenied", userIdentity: { type: "AssumedRole", arn, accountId: ACCOUNT } },
  }));
  const day = grant.time.slice(0, 10).replaceAll("-", "/");
  const name = `${ACCOUNT}_CloudTrail_us-east-1_flag-${grant.id}`;
  const Key = `AWSLogs/${ACCOUNT}/CloudTrail/us-east-1/${day}/${name}.json.gz`;
  await s3.send(
    new PutObjectCommand({ Bucket: TRAIL_BUCKET, Key, Body: gzipSync(JSON.stringify({ Records })) }),
  );
}

describe("red flags", () => {
  it("end a grant whose session tries door after door: from CloudTrail's file to REVOKED, and people hear of it", async () => {
    const what = { resource: "eval-sets", access: "read", windowSeconds: 300, purpose: "e2e flags" };
    const { id } = await ask("eval-runner", what);
    await collect("eval-runner", id);
    const grant = await look("eval-runner", id);
    const began = Date.now();
    const time = grant.window.startsAt ?? "";
    await deliverRefused({ id, session: `lk.eval.${id}.1`, time }, 61);
    const raised = await told(/^RED FLAG probing/, id, "the flag");
    expect(raised.text).toContain("refusedInARow");
    await inState("eval-runner", id, "REVOKED");
    report(`file of CloudTrail to REVOKED by a red flag: ${Date.now() - began} ms`);
    const acted = await told(/^Red flag probing/, id, "what came of it");
    expect(acted.title).toContain("stopped");
  });

  it("are raised by an agent that keeps asking for another environment than its own", async () => {
    const what = { resource: "claims", access: "read", windowSeconds: 60, purpose: "e2e flags" };
    for (let index = 0; index < 5; index += 1) {
      const answer = await as("annotation-helper")("POST", "/grants", what);
      expect(answer.status).toBe(403);
    }
    await told(/^RED FLAG other-environment: agent annotation-helper/, "policy refuses", "the flag");
  });
});
