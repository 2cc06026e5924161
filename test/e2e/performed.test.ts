import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { beforeAll, describe, expect, test } from "vitest";
import { projectRoot } from "../../local/paths.ts";
import { ACCOUNT, admin, as, BUCKETS, eventually, keysUnder, local, type View } from "./world.ts";

type Action = View & { outcome?: { result: string; detail?: string }; parameters: Record<string, unknown> };
type JobCall = { operation: string; input: Record<string, unknown> };

let config: Awaited<ReturnType<typeof admin>>;
beforeAll(async () => {
  config = await admin();
});

const jobs = async (): Promise<JobCall[]> =>
  (await (await fetch(new URL("/jobs", local().noticesUrl))).json()) as JobCall[];
const look = async (who: string, id: string) => (await as(who)("GET", `/actions/${id}`)).body as Action;
const outcomeOf = (id: string) =>
  eventually(`what came of ${id}`, async () => {
    const action = await look("samira", id);
    return action.outcome && action;
  });
const approve = ({ id, digest }: View) =>
  as("maya")("POST", `/grants/${id}/decision`, { decision: "approve", stage: 1, digest, comment: "go on" });

const tuning = (name: string) => ({
  modelName: name,
  trainingData: `s3://${BUCKETS.training}/support/2026/01/`,
  output: `s3://${BUCKETS.training}/models/${name}/`,
  role: `arn:aws:iam::${ACCOUNT}:role/latchkey-example-tuning`,
  hyperparameters: { epochCount: "2" },
});

describe("what Latchkey performs itself", () => {
  test("deletes exactly the listed objects, at once where it is routine, and says so", async () => {
    const s3 = new S3Client({ ...config, forcePathStyle: true });
    const prefix = `tmp/${randomUUID()}/`;
    for (const name of ["a", "b", "kept"])
      await s3.send(new PutObjectCommand({ Bucket: BUCKETS.training, Key: prefix + name, Body: "x" }));
    const objects = ["a", "b"].map((name) => ({ key: prefix + name }));
    const { body, status } = await as("finetune-pipeline")("POST", "/actions", {
      type: "delete-objects",
      parameters: { bucket: BUCKETS.training, objects },
      purpose: "e2e: tidy up",
    });
    expect({ status, body }).toMatchObject({ status: 201 });
    const done = await outcomeOf(String(body.id));
    expect(done.outcome).toMatchObject({ result: "done", detail: "2 deleted" });
    expect(await keysUnder(s3, BUCKETS.training, prefix)).toEqual([`${prefix}kept`]);
  });

  test("starts a tuning job with exactly what was approved, and stops it when the grant is revoked", async () => {
    const name = `e2e-${randomUUID().slice(0, 8)}`;
    const { body } = await as("finetune-pipeline")("POST", "/actions", {
      type: "start-tuning",
      parameters: { service: "bedrock", baseModel: "amazon.nova-lite-v1:0:300k", ...tuning(name) },
      purpose: "e2e: tune",
    });
    const asked = body as unknown as View;
    expect(asked.status).toBe("PENDING");
    expect(await approve(asked)).toMatchObject({ status: 200 });
    expect((await outcomeOf(asked.id)).outcome?.result).toBe("done");
    const mine = async () => (await jobs()).filter(({ input }) => JSON.stringify(input).includes(asked.id));
    expect(await mine()).toEqual([
      {
        operation: "CreateModelCustomizationJob",
        input: expect.objectContaining({
          jobName: `lk-${asked.id}`,
          customModelName: name,
          hyperParameters: { epochCount: "2" },
        }),
      },
    ]);
    expect(await as("samira")("POST", `/grants/${asked.id}/revoke`, { reason: "wrong data" })).toMatchObject({
      status: 200,
    });
    await eventually(
      "the job to be stopped",
      async () => (await mine())[1]?.operation === "StopModelCustomizationJob",
    );
  });
});

describe("what events start", () => {
  test("a model package that awaits approval: asked for the configured agent, once for an event that comes twice, approved, promoted", async () => {
    const modelPackage = `arn:aws:sagemaker:us-east-1:${ACCOUNT}:model-package/support-tone/${Date.now() % 100_000_000}`;
    const bridge = new EventBridgeClient(config);
    const Detail = JSON.stringify({
      ModelPackageGroupName: "support-tone",
      ModelPackageArn: modelPackage,
      ModelApprovalStatus: "PendingManualApproval",
      agent: "support-assistant",
    });
    const entry = { Source: "aws.sagemaker", DetailType: "SageMaker Model Package State Change", Detail };
    await bridge.send(new PutEventsCommand({ Entries: [entry, entry] }));
    const seen = async () => {
      const { body } = await as("samira")("GET", "/grants?agent=release-job");
      const all = body.grants as { id: string; resource: string }[];
      const full = await Promise.all(all.map(({ id }) => look("samira", id)));
      return full.filter(({ parameters }) => parameters?.modelPackageArn === modelPackage);
    };
    const found = await eventually("the action", async () => (await seen())[0]);
    expect(await approve(found)).toMatchObject({ status: 200 });
    expect((await outcomeOf(found.id)).outcome?.result).toBe("done");
    expect(await seen()).toHaveLength(1);
    const updates = (await jobs()).filter(({ input }) => input.ModelPackageArn === modelPackage);
    expect(updates).toEqual([
      {
        operation: "UpdateModelPackage",
        input: expect.objectContaining({ ModelApprovalStatus: "Approved" }),
      },
    ]);
  });

  test("a pipeline waits with its task token until its tuning is approved and started; a no fails it with the reason", async () => {
    const sfn = new SFNClient(config);
    const definition = readFileSync(
      join(projectRoot, "docs/examples/events/tuning-pipeline.asl.json"),
      "utf8",
    );
    const { stateMachineArn = "" } = await sfn.send(
      new CreateStateMachineCommand({
        ...{ name: "latchkey-example-tuning", definition },
        roleArn: `arn:aws:iam::${ACCOUNT}:role/latchkey-grant-lifecycle`,
      }),
    );
    const start = async () => {
      const name = `e2e-${randomUUID().slice(0, 8)}`;
      const input = JSON.stringify(tuning(name));
      const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
      const action = await eventually("the pipeline's action", async () => {
        const { body } = await as("samira")("GET", "/grants?agent=finetune-pipeline");
        const all = (body.grants as { id: string; resource: string }[]).filter(
          ({ resource }) => resource === "start-tuning",
        );
        const full = await Promise.all(all.map(({ id }) => look("samira", id)));
        return full.find(({ parameters }) => parameters?.modelName === name);
      });
      return { executionArn, action };
    };
    const ended = (executionArn: string | undefined) =>
      eventually("the pipeline's end", async () => {
        const found = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        return found.status !== "RUNNING" && found;
      });
    const [yes, no] = [await start(), await start()];
    expect(await approve(yes.action)).toMatchObject({ status: 200 });
    const { id, digest } = no.action;
    const rejected = { decision: "reject", stage: 1, digest, comment: "not this week" };
    expect(await as("maya")("POST", `/grants/${id}/decision`, rejected)).toMatchObject({ status: 200 });
    const done = await ended(yes.executionArn);
    expect(done.status).toBe("SUCCEEDED");
    expect(JSON.parse(done.output ?? "")).toMatchObject({ grantId: yes.action.id, result: "done" });
    expect(await ended(no.executionArn)).toMatchObject({ status: "FAILED", error: "Latchkey.rejected" });
  });
});
