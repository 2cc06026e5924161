import { createHash } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { openVersions } from "../../functions/aws/audit-versions.ts";
import type { Table } from "../../functions/aws/table/client.ts";
import { backfillAnswer } from "../../functions/core/audit/backfill.ts";
import { digestFile, openStatement, publicKeyOf, statementHash } from "../../functions/core/audit/digest.ts";
import { signDigests } from "../../functions/sign-digest/sign.ts";
import { athena } from "../../local/athena.ts";
import { FakeSigner } from "../fakes/signer.ts";
import { digestPem } from "./digest-key.ts";
import {
  admin,
  ask,
  collect,
  eventuallyInRecord,
  keysUnder,
  local,
  REFUSED,
  refusalOf,
  textOf,
} from "./world.ts";

const HOUR_MS = 3_600_000;

async function invoke(name: string, input: unknown): Promise<unknown> {
  const lambda = new LambdaClient(await admin());
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(input)) }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString("utf8");
  if (answer.FunctionError) throw new Error(`${name}: ${text}`);
  return JSON.parse(text);
}

const pemOfKms = async (): Promise<string> => digestPem(new KMSClient(await admin()));

describe("the signer", () => {
  const bucket = () => local().auditBucket;
  let s3: S3Client;
  let grant: string;
  beforeAll(async () => {
    s3 = new S3Client({ ...(await admin()), forcePathStyle: true });
    const asked = await ask("eval-runner", {
      resource: "eval-sets",
      access: "read",
      windowSeconds: 60,
      purpose: "e2e digest",
    });
    grant = asked.id;
    await collect("eval-runner", grant);
    expect(await invoke("latchkey-sign-digest", {})).toMatchObject({ left: 0 });
  });

  test("signs the last full hour with the key that only it may use, and anyone can check it", async () => {
    const keys = await keysUnder(s3, bucket(), "digests/dt=");
    const file = digestFile.parse(JSON.parse(await textOf(s3, bucket(), keys.sort().at(-1) ?? "")));
    const key = publicKeyOf(await pemOfKms());
    const opened = openStatement(file.jws, [key]);
    expect(opened).toMatchObject({ ok: true, kid: key.kid, statement: { record: bucket() } });
    const answer = await fetch(`${local().approvalUrl}/.well-known/jwks.json`);
    expect(answer.status).toBe(200);
    const { x, y } = key.key.export({ format: "jwk" });
    const { keys: published } = (await answer.json()) as { keys: unknown[] };
    expect(published).toContainEqual(
      expect.objectContaining({ kid: key.kid, kty: "EC", alg: "ES256", use: "sig", x, y }),
    );
  });

  test("adds nothing when it runs again, whatever it is told", async () => {
    const before = await keysUnder(s3, bucket(), "digests/");
    const answer = await invoke("latchkey-sign-digest", { until: "2027-01-01T00:00:00Z" });
    expect(answer).toEqual({ signed: 0, left: 0 });
    expect(await keysUnder(s3, bucket(), "digests/")).toEqual(before);
  });

  test("says so in the record: each digest has its one event", async () => {
    const keys = await keysUnder(s3, bucket(), "digests/dt=");
    const hashes = await Promise.all(
      keys.map(async (name) => {
        const { jws } = digestFile.parse(JSON.parse(await textOf(s3, bucket(), name)));
        const opened = openStatement(jws, [publicKeyOf(await pemOfKms())]);
        return opened.ok && statementHash(opened.statement);
      }),
    );
    const sql = `SELECT DISTINCT event_id, digest FROM ${local().athenaDatabase}.events WHERE event_type = 'digest.signed'`;
    const rows = await eventuallyInRecord("the events of the digests", async () => {
      const found = await athena(local(), "colin", sql);
      return found.length >= keys.length && found;
    });
    expect(rows.map(({ digest }) => digest).sort()).toEqual(hashes.sort());
  });

  test("would sign this hour, with every object as it is and every head from the table (I-48)", async () => {
    const versions = openVersions({ s3, bucket: bucket() });
    const real = DynamoDBDocumentClient.from(new DynamoDBClient(await admin()));
    // Reads what there is, and keeps what it makes to itself: the hour is not over.
    const send = ((command: Parameters<typeof real.send>[0]) =>
      command instanceof PutCommand ? Promise.resolve({}) : real.send(command)) as Table["client"]["send"];
    const made = new Map<string, string>();
    const now = Date.now() + HOUR_MS;
    const run = await signDigests({
      record: bucket(),
      versions,
      put: async (key, bytes) => {
        made.set(key, Buffer.from(bytes).toString("utf8"));
        return "stored";
      },
      table: { client: { send }, name: local().tableName },
      signer: new FakeSigner(),
      witnesses: [],
      now: () => now + 10 * 60_000,
      log: () => undefined,
    });
    expect(run).toMatchObject({ left: 0 });
    const digests = [...made].filter(([key]) => key.startsWith("digests/dt="));
    const files = digests.map(([, text]) => digestFile.parse(JSON.parse(text)));
    const objects = files.flatMap((file) => file.objects);
    expect(objects.length).toBeGreaterThan(0);
    for (const object of objects.slice(0, 5)) {
      if ("deleteMarker" in object) throw new Error(`${object.key} is a delete marker`);
      const { Body } = await s3.send(
        new GetObjectCommand({ Bucket: bucket(), Key: object.key, VersionId: object.versionId }),
      );
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      expect(object).toMatchObject({
        bytes: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
      });
    }
    expect(files.flatMap((file) => file.heads).map((head) => head.grant)).toContain(grant);
  });

  test("I-54 has the record to itself: an auditor adds and deletes nothing", async () => {
    const { endpoint, region, identities } = local();
    const colin = new S3Client({
      ...{ endpoint, region, forcePathStyle: true, maxAttempts: 1 },
      ...(identities.colin ? { credentials: identities.colin } : {}),
    });
    const [Key = ""] = await keysUnder(s3, bucket(), "digests/dt=");
    const forged = { Bucket: bucket(), Key: "digests/dt=2027-01-01/2027-01-01T00Z.json", Body: "{}" };
    expect(await refusalOf(colin.send(new PutObjectCommand(forged)))).toMatch(REFUSED);
    expect(await refusalOf(colin.send(new DeleteObjectCommand({ Bucket: bucket(), Key })))).toMatch(REFUSED);
  });

  test("I-58 the exporter makes events again from the table when it is asked, and refuses bad times in words", async () => {
    const day = (ms: number) => new Date(Date.now() + ms).toISOString();
    const when = { from: day(-24 * HOUR_MS), to: day(HOUR_MS) };
    const answer = backfillAnswer.parse(await invoke("latchkey-export-audit", { backfill: when }));
    expect(answer).toMatchObject({ done: true, quarantined: 0 });
    expect("events" in answer && answer.events).toBeGreaterThan(3);
    const wrong = { from: when.to, to: when.from };
    expect(await invoke("latchkey-export-audit", { backfill: wrong })).toEqual({
      problem: "backfill: from must be before to",
    });
  });
});
