import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { S3Client } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput as Ended,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { beforeAll, describe, expect, test } from "vitest";
import { deployStacks } from "../../local/cdk.ts";
import { instancePaths, projectRoot } from "../../local/paths.ts";
import { readServer } from "../../local/server.ts";
import { admin, as, BUCKETS, eventually, keysUnder, local, look, textOf, type View } from "./world.ts";

const run = promisify(execFile);
const STACK = "LatchkeyExamplePipeline";

/** Deploys the example beside what is there already: its stack and nothing else. */
async function deployExample(): Promise<string> {
  const paths = instancePaths();
  const found = await readServer(paths);
  if (found.status !== "healthy") throw new Error("the local AWS is not up");
  const directory = join(paths.home, "pipeline-assembly");
  rmSync(directory, { recursive: true, force: true });
  const { context } = JSON.parse(readFileSync(join(projectRoot, "cdk.json"), "utf8"));
  const app = join(projectRoot, "docs/examples/step-functions/app.ts");
  await run(process.execPath, ["--import", "tsx", app], {
    cwd: projectRoot,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: paths.temporary,
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, "latchkey:local": true }),
      CDK_VALIDATION: "false", // seconds, which real synths take
    },
  });
  const { apiUrl, endpoint } = local();
  const parameters = {
    [`${STACK}:SignedApiId`]: new URL(apiUrl).pathname.split("/").at(-2) ?? "",
    [`${STACK}:LocalEndpoint`]: endpoint,
  };
  const outputs = await deployStacks(
    found.server,
    { assembly: { directory, hash: "pipeline" }, stacks: [STACK], parameters },
    { ...paths, outputs: join(paths.home, "pipeline-outputs.json") },
  );
  return outputs[STACK]?.StateMachineArn ?? "";
}

let stateMachineArn: string;
let sfn: SFNClient;
let s3: S3Client;
beforeAll(async () => {
  stateMachineArn = await deployExample();
  const config = await admin();
  sfn = new SFNClient(config);
  s3 = new S3Client({ ...config, forcePathStyle: true });
});

type Run = { name: string; executionArn: string };

async function start(ask: Record<string, unknown>): Promise<Run> {
  const name = `e2e-${randomUUID()}`;
  const input = JSON.stringify({ ask: { windowSeconds: 300, purpose: "e2e", ...ask } });
  const { executionArn = "" } = await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
  return { name, executionArn };
}

const ended = ({ executionArn }: Run): Promise<Ended> =>
  eventually(
    "the end of the pipeline",
    async () => {
      const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      return described.status !== "RUNNING" && described;
    },
    100_000,
  );

/** The grant that an execution asked for, as security sees it. */
const grantOf = ({ name }: Run): Promise<View> =>
  eventually("the pipeline's grant", async () => {
    const { body } = await as("samira")("GET", "/grants?agent=training-pipeline");
    return (body.grants as (View & { task?: string })[]).find(({ task }) => task === name);
  });

const decide = ({ id, digest }: View, decision: "approve" | "reject", comment: string) =>
  as("maya")("POST", `/grants/${id}/decision`, { decision, stage: 1, digest, comment });

describe("a Step Functions pipeline that gets its access through Latchkey", () => {
  test("routine training data: trains on exactly what was granted, gives it back, the record shows who did what, and no credential is in the history (I-09)", async () => {
    const scope = { prefix: "2026/01/" };
    const execution = await start({ resource: "support-conversations", access: "read", scope });
    const end = await ended(execution);
    expect(end).toMatchObject({ status: "SUCCEEDED" });
    const { grantId, trained } = JSON.parse(end.output ?? "") as {
      grantId: string;
      trained: Record<string, unknown>;
    };
    const hash = createHash("sha256");
    const keys = await keysUnder(s3, BUCKETS.training, "support/2026/01/");
    for (const key of keys) hash.update(await textOf(s3, BUCKETS.training, key));
    expect(keys.length).toBeGreaterThan(0);
    expect(trained).toMatchObject({ objects: keys.length, digest: `sha256:${hash.digest("hex")}` });

    const grant = await look("samira", grantId);
    expect(grant).toMatchObject({
      ...{ agent: "training-pipeline", task: execution.name, scope },
      closing: { code: "released", by: "training-pipeline" },
    });
    expect(["REVOKING", "REVOKED"]).toContain(grant.status);
    const told = (grant.timeline ?? []).map(({ type, by }) => `${type} by ${by}`);
    expect(told).toEqual(
      expect.arrayContaining([
        "grant.requested by training-pipeline",
        "credentials.collected by training-pipeline",
        "grant.revoking by training-pipeline",
      ]),
    );

    const { events = [] } = await sfn.send(
      new GetExecutionHistoryCommand({
        ...{ executionArn: execution.executionArn, maxResults: 1000, includeExecutionData: true },
      }),
    );
    expect(JSON.stringify(events)).toContain("trained");
    expect(JSON.stringify(events)).not.toMatch(/ASIA[A-Z0-9]{12}|SecretAccessKey|SessionToken/i);
  });

  test("what needs a person waits for them: a yes lets it go on, a no fails it with the reason", async () => {
    const ask = { resource: "training-manifests", access: "write", scope: { prefix: "pipeline/" } };
    const runs = await Promise.all([start(ask), start(ask)]);
    const [yes, no] = runs;
    const [wanted, unwanted] = await Promise.all([grantOf(yes), grantOf(no)]);
    for (const { status } of [wanted, unwanted]) expect(status).toBe("PENDING");
    expect(await decide(wanted, "approve", "go on")).toMatchObject({ status: 200 });
    expect(await decide(unwanted, "reject", "not before the review")).toMatchObject({ status: 200 });

    const [done, failed] = await Promise.all([ended(yes), ended(no)]);
    expect(done).toMatchObject({ status: "SUCCEEDED" });
    expect(JSON.parse(await textOf(s3, BUCKETS.training, `manifests/pipeline/${yes.name}.json`))).toEqual({
      run: yes.name,
    });
    expect((await look("samira", wanted.id)).closing).toMatchObject({ code: "released" });
    expect(failed).toMatchObject({ status: "FAILED", error: "Latchkey.rejected" });
    expect(failed.cause).toMatch(/^maya said no to grant \w{16}: .*not before the review/);
    expect(await look("samira", unwanted.id)).toMatchObject({ status: "REJECTED" });
    expect(await keysUnder(s3, BUCKETS.training, `manifests/pipeline/${no.name}`)).toEqual([]);
  });

  test("what policy refuses fails at once, with the rule's reason", async () => {
    const end = await ended(await start({ resource: "claims", access: "read" }));
    expect(end).toMatchObject({ status: "FAILED", error: "Latchkey.denied" });
    expect(end.cause).toContain("training, staging and production are kept apart");
  });
});
