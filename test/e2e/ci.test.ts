import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exitCodes } from "../../client/exit.ts";
import { bundle } from "../../client/package/bundle.ts";
import { sharedPaths } from "../../local/paths.ts";
import { root, runAction } from "../client/ci/runner.ts";
import { admin, as, BUCKETS, eventually, local, look, refusalOf, textOf, type View } from "./world.ts";

/** The package as it ships: a job has it from its lockfile. */
const installed = mkdtempSync(join(tmpdir(), "latchkey-package-"));
const latchkey = `#!/bin/sh\nexec node '${join(installed, "cli.js")}' "$@"\n`;
beforeAll(async () => {
  await bundle(root, installed);
  writeFileSync(join(installed, "package.json"), '{ "type": "module" }');
});
afterAll(() => rmSync(installed, { recursive: true }));

const python = join(sharedPaths.venv, "bin", "python");

/** What a job has after it took on its role: the identity of the release job, and nothing of Latchkey. */
function jobEnvironment(): NodeJS.ProcessEnv {
  const { endpoint, region, identities } = local();
  const keys = identities["release-job"];
  return {
    ...{ AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, HOME: "/nonexistent" },
    ...{ AWS_ACCESS_KEY_ID: keys?.accessKeyId, AWS_SECRET_ACCESS_KEY: keys?.secretAccessKey },
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}

/** Deploys by an official client that knows nothing of Latchkey: says who it is, and writes the release. */
const deploy = (name: string) => `
'${python}' - <<'DEPLOY'
import boto3
print("deploying as", boto3.client("sts").get_caller_identity()["Arn"])
boto3.client("s3").put_object(Bucket="${BUCKETS.production}", Key="models/releases/${name}/card.json", Body=b"card")
DEPLOY
`;

/** A release job of the example company, and the grant that it asks for. */
async function release(more: Record<string, string> = {}) {
  const name = randomUUID();
  const running = runAction(
    {
      ...{ endpoint: local().apiUrl, resource: "model-artifacts", access: "write", window: "120" },
      ...{ scope: '{"prefix":"releases/"}', purpose: `deploy ${name}`, run: deploy(name) },
      ...more,
    },
    { commands: { latchkey }, env: jobEnvironment() },
  );
  const grant = await Promise.race([
    eventually("the job's ask", async () => {
      const { grants } = (await as("release-job")("GET", "/grants")).body as {
        grants: (View & { purpose: string })[];
      };
      return grants.find(({ purpose }) => purpose === `deploy ${name}`);
    }),
    running.ended.then(({ code, log }) => {
      throw new Error(`the job ended with ${code} before it asked: ${log}`);
    }),
  ]);
  return { name, grant, ended: running.ended };
}

/** Who decides for a group by a signed call. At night security is asked too. */
const DECIDERS: Record<string, string> = { "ml-platform": "maya", security: "noor" };

async function decide(id: string, decision: "approve" | "reject", comment?: string): Promise<void> {
  const { digest, decision: decided } = await look("release-job", id);
  const open = decided.plan.find(({ status }) => status === "open");
  if (!open) throw new Error(`${id} has no open stage`);
  const body = { decision, stage: open.stage, digest, ...(comment ? { comment } : {}) };
  const answer = await as(DECIDERS[open.group] ?? open.group)("POST", `/grants/${id}/decision`, body);
  expect(answer.status).toBe(200);
}

async function released(name: string): Promise<string> {
  const s3 = new S3Client({ ...(await admin()), forcePathStyle: true });
  const at = { Bucket: BUCKETS.production, Key: `models/releases/${name}/card.json` };
  const refusal = await refusalOf(s3.send(new GetObjectCommand(at)));
  return refusal === "was not refused" ? textOf(s3, at.Bucket, at.Key) : refusal;
}

describe("a release job in a pipeline", () => {
  test("waits for a person, deploys with the window's credentials, and gives the access back", async () => {
    const { name, grant, ended } = await release();
    expect(grant).toMatchObject({ status: "PENDING", agent: "release-job" });
    for (const stage of grant.decision.plan) {
      await eventually(`stage ${stage.stage} is open`, async () => {
        const { decision } = await look("release-job", grant.id);
        return decision.plan.some((each) => each.stage === stage.stage && each.status === "open");
      });
      await decide(grant.id, "approve");
    }
    const { code, log, output, summary } = await ended;
    expect([code, log]).toEqual([0, expect.stringContaining(`/lk.release.${grant.id}.`)]);
    expect(output).toBe(`grant=${grant.id}\n`);
    expect(summary).toContain(`write of model-artifacts, grant ${grant.id}: given back.`);
    expect(await released(name)).toBe("card");
    const after = await look("release-job", grant.id);
    expect(["REVOKING", "REVOKED"]).toContain(after.status);
    expect(after.closing).toMatchObject({ code: "released" });
  });

  test("fails with the person's reason, and deploys nothing, when it is rejected", async () => {
    const { name, grant, ended } = await release();
    await decide(grant.id, "reject", "not on a Friday");
    const { code, log, output, summary } = await ended;
    expect([code, output]).toEqual([exitCodes.rejected, ""]);
    expect(log).toMatch(/^::error title=Access was rejected::.*maya.*not on a Friday/m);
    expect(summary).toMatch(/^### Access was rejected\n\n( {4}.*\n)*.*not on a Friday/);
    expect(log).not.toContain("deploying as");
    expect(await released(name)).toBe("NoSuchKey");
  });

  test("fails when nobody decides in time, and takes the ask back", async () => {
    const { name, grant, ended } = await release({ timeout: "3" });
    const { code, log } = await ended;
    expect([code, log]).toEqual([
      exitCodes.pending,
      expect.stringMatching(/^::error title=Nobody has decided in time::.*taken back/m),
    ]);
    expect((await look("release-job", grant.id)).status).toBe("CANCELLED");
    expect(await released(name)).toBe("NoSuchKey");
  });
});
