import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { athena } from "../../local/athena.ts";
import { instancePaths } from "../../local/paths.ts";
import { recordsOf } from "../functions/import-usage/fixtures.ts";
import { cli } from "./latchkey.ts";
import {
  ACCOUNT,
  admin,
  ask,
  BUCKETS,
  collect,
  eventuallyInRecord,
  keysUnder,
  local,
  look,
  report,
  s3With,
  textOf,
  type View,
} from "./world.ts";

const TRAIL_BUCKET = `latchkey-audit-trail-${ACCOUNT}-us-east-1`;
const run = promisify(execFile);

/** `latchkey <group> …` as a compliance officer types it. */
const typed = async (group: string, ...words: string[]): Promise<string> => {
  const { localJson } = instancePaths();
  const line = [cli, group, "--local-file", localJson, ...words];
  const { stdout } = await run(process.execPath, line, { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
};
const latchkey = (...words: string[]): Promise<string> => typed("audit", ...words);

/** A call of a grant's session as CloudTrail tells of it, on what it was really made on. */
function toldOf(grant: View, name: string, time: string, requestParameters: Record<string, string>): unknown {
  const [sample] = recordsOf("minted-sessions");
  const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/latchkey-access-staging-data/lk.eval.${grant.id}.1`;
  return {
    ...sample,
    ...{ eventID: `e2e-${name}-${grant.id}`, eventName: name, eventTime: time, recipientAccountId: ACCOUNT },
    ...{ userIdentity: { ...(sample?.userIdentity as object), arn, accountId: ACCOUNT } },
    ...{ requestParameters, resources: [] },
  };
}

/** The sample's calls as this grant's session would have made them now: CloudTrail itself delivers nothing here. */
function callsOf(grant: View, session: string, time: string): unknown[] {
  const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/latchkey-access-staging-data/${session}`;
  return recordsOf("minted-sessions")
    .slice(0, 2)
    .map((record, index) => ({
      ...record,
      eventID: `e2e-${grant.id}-${index}`,
      eventTime: time,
      recipientAccountId: ACCOUNT,
      userIdentity: { ...(record.userIdentity as object), arn, accountId: ACCOUNT },
    }));
}

describe("what a grant was used for", () => {
  let grant: View;
  let s3: S3Client;
  const day = new Date().toISOString().slice(0, 10);
  beforeAll(async () => {
    s3 = new S3Client({ ...(await admin()), forcePathStyle: true });
    const what = { resource: "eval-sets", access: "read", windowSeconds: 120, purpose: "e2e usage" };
    const { id } = await ask("eval-runner", what);
    await collect("eval-runner", id);
    grant = await look("eval-runner", id);
  });

  test("comes from CloudTrail's file into Athena, joined to the grant by its session, once however often it comes", async () => {
    const began = Date.now();
    const session = `lk.eval.${grant.id}.1`;
    const time = grant.window.startsAt ?? "";
    const body = gzipSync(
      JSON.stringify({ Records: [...callsOf(grant, session, time), ...recordsOf("noise")] }),
    );
    const folder = `AWSLogs/${ACCOUNT}/CloudTrail/us-east-1/${day.replaceAll("-", "/")}`;
    const deliver = (name: string) =>
      s3.send(new PutObjectCommand({ Bucket: TRAIL_BUCKET, Key: `${folder}/${name}.json.gz`, Body: body }));
    await deliver(`${ACCOUNT}_CloudTrail_us-east-1_${grant.id}_a`);
    await deliver(`${ACCOUNT}_CloudTrail_us-east-1_${grant.id}_b`);

    const rows = await eventuallyInRecord("the use of the grant in Athena", async () => {
      const found = await athena(
        local(),
        "colin",
        `SELECT DISTINCT u.usage_id, u.api_action, u.object_key, u.session_name, e.agent_id, e.resource_id
         FROM latchkey_audit.usage AS u JOIN latchkey_audit.events AS e ON e.grant_id = u.grant_id
         WHERE u.grant_id = '${grant.id}' AND e.event_type = 'grant.activated' ORDER BY u.usage_id`,
      );
      return found.length > 0 && found;
    });
    report(`file of CloudTrail to rows in Athena: ${Date.now() - began} ms`);
    expect(rows).toMatchObject([
      {
        ...{ usage_id: `e2e-${grant.id}-0`, api_action: "GetObject", session_name: session },
        ...{ object_key: "claims/2026/claim-1042.json", agent_id: "eval-runner", resource_id: "eval-sets" },
      },
      { usage_id: `e2e-${grant.id}-1`, api_action: "ListObjects", agent_id: "eval-runner" },
    ]);
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: local().auditBucket, Prefix: "usage/" }),
    );
    for (const { Key = "" } of Contents)
      expect(Key).toMatch(/^usage\/dt=\d{4}-\d{2}-\d{2}\/[0-9a-f]{64}\.parquet$/);
  });

  test("I-55 shows as calls outside the scope: the sample's object is none of the grant's", async () => {
    const until = new Date(Date.now() + 600_000).toISOString();
    const answer = await latchkey(
      ...["query", "outside-scope", "--from", day, "--to", until, "--format", "json"],
    );
    expect(answer).toContain(`e2e-${grant.id}-0`);
  });

  test("tells insights what each grant was used for: one key of the whole, or nothing, and what cannot be told yet", async () => {
    const what = { resource: "eval-sets", access: "read", windowSeconds: 60, purpose: "e2e insights" };
    const [used, unused, left] = await Promise.all([0, 1, 2].map(() => ask("eval-runner", what)));
    if (!used || !unused || !left) throw new Error("three grants");
    const session = s3With(await collect("eval-runner", used.id));
    await collect("eval-runner", unused.id);
    const [key = ""] = await keysUnder(session, BUCKETS.staging, "eval/");
    expect((await textOf(session, BUCKETS.staging, key)).length).toBeGreaterThan(0);
    const time = (await look("eval-runner", used.id)).window.startsAt ?? "";
    const told = toldOf(used, "GetObject", time, { bucketName: BUCKETS.staging, key });
    const folder = `AWSLogs/${ACCOUNT}/CloudTrail/us-east-1/${day.replaceAll("-", "/")}`;
    await s3.send(
      new PutObjectCommand({
        Bucket: TRAIL_BUCKET,
        Key: `${folder}/${ACCOUNT}_CloudTrail_us-east-1_${used.id}_i.json.gz`,
        Body: gzipSync(JSON.stringify({ Records: [told] })),
      }),
    );
    type Found = { id: string; verdict: string };
    const grants = await eventuallyInRecord("the grants in insights", async () => {
      const words = ["--events", `s3://${local().auditBucket}`, "--since", "2d", "--json"];
      const found: Found[] = JSON.parse(await typed("insights", "usage", ...words)).grants;
      const of = ({ id }: View) => found.find((each) => each.id === id);
      const all = [of(used), of(unused), of(left)];
      const verdicts = ["used", "cannot_tell", "never_collected"];
      return all.every((each, index) => each?.verdict === verdicts[index]) && all;
    });
    expect(grants).toMatchObject([
      { verdict: "used", uses: 1, part: { keys: [key.slice("eval/".length)] } },
      { verdict: "cannot_tell", doubt: "too_young", uses: 0 },
      // Automatic: it became active, and nobody came for it.
      { verdict: "never_collected", uses: 0 },
    ]);
  }, 180_000);

  test("is part of the month's report, which is one page of this record", async () => {
    const folder = mkdtempSync(join(tmpdir(), "latchkey-report-"));
    const out = join(folder, "report.html");
    try {
      const began = Date.now();
      expect(await latchkey("report", "--month", day.slice(0, 7), "--out", out)).toContain(
        "which is not over",
      );
      report(`the month's report: ${Date.now() - began} ms`);
      const page = readFileSync(out, "utf8");
      expect(page).toContain("The month is not over");
      expect(page).toMatch(/<dt>Asks<\/dt><dd>[1-9]/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
