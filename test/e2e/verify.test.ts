import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  digestFile,
  digestKey,
  jwsOf,
  openStatement,
  publicKeyOf,
  type Statement,
  signingInput,
  statementHash,
  treesOf,
} from "../../functions/core/audit/digest.ts";
import { chainEventId } from "../../functions/core/audit/event.ts";
import { rawSignature } from "../../functions/core/audit/raw-signature.ts";
import { readParquet } from "../../functions/core/audit/verify/parquet/read.ts";
import { LIMITS } from "../../functions/core/audit/verify/source.ts";
import { canonicalJson } from "../../functions/core/canonical.ts";
import { openHeads } from "../../functions/sign-digest/heads.ts";
import { projectRoot } from "../../local/paths.ts";
import { DIGEST_KEY, digestPem } from "./digest-key.ts";
import { cli } from "./latchkey.ts";
import { admin, as, ask, collect, eventuallyInRecord, inState, local, type View } from "./world.ts";

const HOUR = 3_600_000;
const place = mkdtempSync(join(tmpdir(), "latchkey-record-"));
const [copy, pem, proof] = [join(place, "copy"), join(place, "key.pem"), join(place, "proof.json")];
const iso = (ms: number): string => new Date(ms).toISOString();

async function latchkey(...args: string[]): Promise<{ code: number; out: string }> {
  const command = [cli, "audit", ...args];
  return promisify(execFile)(process.execPath, command, { maxBuffer: 64 * 1024 * 1024 }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code: Number(code), out: `${stdout}${stderr}` }),
  );
}
const verify = (...args: string[]) => latchkey("verify", "--events", copy, "--key", pem, ...args);

/** The bucket in a folder, as `aws s3 sync` copies it. */
async function download(s3: S3Client): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: local().auditBucket,
        ...(token ? { ContinuationToken: token } : {}),
      }),
    );
    for (const { Key = "" } of page.Contents ?? []) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: local().auditBucket, Key }));
      files.set(Key, Buffer.from((await Body?.transformToByteArray()) ?? []));
    }
    token = page.NextContinuationToken;
  } while (token);
  return files;
}

const eventIds = (files: ReadonlyMap<string, Buffer>): Set<unknown> =>
  new Set(
    [...files]
      .filter(([key]) => key.startsWith("events/"))
      .flatMap(([, bytes]) => {
        const file = readParquet(bytes, LIMITS);
        if (!file.ok) throw new Error(file.why);
        return file.columns.find(({ name }) => name === "event_id")?.values ?? [];
      }),
  );

type Sdk = Awaited<ReturnType<typeof admin>>;

/**
 * A digest of the next hour, as the signer will make it when it is over, and when that is: objects from the bucket, heads from
 * the table, the signature by the key in KMS. It goes into the copy alone. Heads whose events other tests are just
 * exporting are left out; in time they are in the next copy.
 */
async function closeHour(config: Sdk, files: Map<string, Buffer>): Promise<number> {
  const kms = new KMSClient(config);
  const table = { client: DynamoDBDocumentClient.from(new DynamoDBClient(config)), name: local().tableName };
  const key = await digestPem(kms);
  writeFileSync(pem, key);
  const digests = [...files]
    .filter(([name]) => name.startsWith("digests/dt="))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const earlier = digests.map(([, bytes]) => digestFile.parse(JSON.parse(bytes.toString("utf8"))));
  const last = earlier.map(({ jws }) => openStatement(jws, [publicKeyOf(key)])).at(-1);
  if (last && !last.ok) throw new Error(last.why);
  const signed = new Set(earlier.flatMap(({ objects }) => objects.map((object) => object.key)));
  const from = last ? Date.parse(last.statement.to) : Math.floor(Date.now() / HOUR) * HOUR;
  const hour = { from, to: from + HOUR };
  const ids = eventIds(files);
  const moved = await openHeads({ table, now: Date.now, log: () => undefined })(hour);
  const heads = moved.filter(({ grant, sequence }) => ids.has(chainEventId(grant, sequence)));
  const objects = [...files]
    .filter(([name]) => !name.startsWith("digests/") && !signed.has(name))
    .map(([name, bytes]) => ({
      key: name,
      versionId: "copied",
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const statement: Statement = {
    v: 1,
    record: local().auditBucket,
    number: (last?.statement.number ?? 0) + 1,
    from: iso(hour.from),
    to: iso(hour.to),
    madeAt: iso(hour.to + 600_000),
    previous: last ? statementHash(last.statement) : null,
    ...treesOf(objects, heads),
  };
  const input = signingInput(statement, publicKeyOf(key).kid);
  const { Signature } = await kms.send(
    new SignCommand({
      KeyId: DIGEST_KEY,
      Message: createHash("sha256").update(input).digest(),
      MessageType: "DIGEST",
      SigningAlgorithm: "ECDSA_SHA_256",
    }),
  );
  const jws = jwsOf(input, rawSignature(Signature ?? new Uint8Array()));
  files.set(digestKey(statement), Buffer.from(canonicalJson({ jws, objects, heads })));
  return hour.to;
}

let grant: View;
let files: Map<string, Buffer>;

beforeAll(async () => {
  grant = await ask("eval-runner", {
    resource: "eval-sets",
    access: "read",
    windowSeconds: 120,
    purpose: "e2e verify",
  });
  await collect("eval-runner", grant.id);
  await as("eval-runner")("POST", `/grants/${grant.id}/release`);
  const { timeline = [] } = await inState("eval-runner", grant.id, "REVOKED");
  const end = chainEventId(grant.id, Math.max(...timeline.map(({ sequence = 0 }) => sequence)));
  const config = await admin();
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  files = await eventuallyInRecord("the end of a released grant in the record", async () => {
    const found = await download(s3);
    return eventIds(found).has(end) && found;
  });
  // Up to that which is under way: in the first minutes of an hour the one before it is not signed yet either.
  while ((await closeHour(config, files)) <= Date.now());
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    writeFileSync(join(copy, name), bytes);
  }
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe("the record of a real deployment, copied and checked offline", () => {
  test("I-49 is whole, under the key that KMS has, and tells the grant's story", async () => {
    const { code, out } = await verify("--grant", grant.id);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("The record is whole") });
    expect(out).toContain('asked to read eval-sets for 2 minutes: "e2e verify"');
  });

  test("I-49 is not whole when one byte of one object is another", async () => {
    const name = [...files.keys()].find((key) => key.startsWith("events/")) ?? "";
    const bytes = Buffer.from(files.get(name) ?? "");
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(join(copy, name), bytes);
    const { code, out } = await verify();
    writeFileSync(join(copy, name), files.get(name) ?? "");
    expect(code).toBe(1);
    expect(out).toContain(name);
  });

  test("I-51 gives a proof of the grant that holds by itself", async () => {
    const made = await latchkey("prove", "--events", copy, "--key", pem, "--grant", grant.id, "--out", proof);
    expect(made).toMatchObject({ code: 0 });
    expect(readFileSync(proof, "utf8")).toContain(grant.id);
    expect(await latchkey("verify", "--proof", proof, "--key", pem, "--grant", grant.id)).toMatchObject({
      code: 0,
    });
  });

  test("is read where it is, by who may read it: what no digest covers yet is never called whole", async () => {
    const where = join(projectRoot, process.env.LATCHKEY_HOME ?? ".latchkey", "local.json");
    const bucket = `s3://${local().auditBucket}`;
    const { out } = await latchkey(
      "--local-file",
      where,
      "verify",
      "--events",
      bucket,
      "--key",
      pem,
      "--json",
    );
    const report = JSON.parse(out);
    expect(report.events.read).toBeGreaterThan(3);
    if (report.digests.believed === 0) expect(report.verdict).toBe("cannot_tell");
  });
});
