import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deleteObjects } from "../../../functions/core/actions/performers/delete-objects.ts";
import { promoteModel } from "../../../functions/core/actions/performers/promote-model.ts";
import {
  performingProblem,
  permissionsOf,
  readyToPerform,
  typeProblems,
} from "../../../functions/core/actions/performers/registry.ts";
import { startTuning } from "../../../functions/core/actions/performers/start-tuning.ts";

const TOKEN = "k7m2abcdefghij34";
const role = "arn:aws:iam::111122223333:role/tuning";
const limits = {
  services: ["bedrock" as const, "sagemaker" as const],
  roles: [role],
  data: ["s3://training/support/", "s3://models/"],
  baseModels: ["amazon.nova-lite-v1:0:300k"],
  images: ["111122223333.dkr.ecr.eu-west-1.amazonaws.com/tune:1"],
};
const onBedrock = {
  service: "bedrock" as const,
  baseModel: "amazon.nova-lite-v1:0:300k",
  modelName: "support-tone",
  trainingData: "s3://training/support/2026/01.jsonl",
  output: "s3://models/support-tone/",
  role,
  hyperparameters: { epochCount: "2", learningRate: "0.00001" },
};
const onSageMaker = {
  service: "sagemaker" as const,
  image: limits.images[0] as string,
  baseModel: "s3://models/base/",
  trainingData: "s3://training/support/2026/",
  validationData: "s3://training/support/held-out/",
  output: "s3://models/out/",
  role,
  hyperparameters: { epochs: "2" },
  instanceType: "ml.g5.xlarge",
  instanceCount: 1,
  volumeGb: 50,
  maxRuntimeSeconds: 3_600,
};
const type = (
  performer: "start-tuning" | "delete-objects" | "promote-model" | undefined,
  parameters: Record<string, unknown>,
  of?: Record<string, string[]>,
) => ({ performer, parameters: parameters as Record<string, never>, limits: of });
const site = { partition: "aws", region: "eu-west-1", accountId: "111122223333" };

describe("what an approved action comes to: exactly one call, with exactly its parameters", () => {
  it("start-tuning on Bedrock is one customisation job, named and made idempotent by the grant's id", () => {
    expect(startTuning.call(onBedrock, TOKEN)).toEqual({
      service: "bedrock",
      input: {
        jobName: `lk-${TOKEN}`,
        clientRequestToken: TOKEN,
        customModelName: "support-tone",
        roleArn: role,
        baseModelIdentifier: "amazon.nova-lite-v1:0:300k",
        customizationType: "FINE_TUNING",
        trainingDataConfig: { s3Uri: "s3://training/support/2026/01.jsonl" },
        outputDataConfig: { s3Uri: "s3://models/support-tone/" },
        hyperParameters: { epochCount: "2", learningRate: "0.00001" },
      },
    });
  });

  it("start-tuning on SageMaker is one training job, which reaches no network", () => {
    const { service, input } = startTuning.call(onSageMaker, TOKEN);
    expect(service).toBe("sagemaker");
    expect(input).toMatchObject({
      TrainingJobName: `lk-${TOKEN}`,
      RoleArn: role,
      AlgorithmSpecification: { TrainingImage: onSageMaker.image },
      OutputDataConfig: { S3OutputPath: "s3://models/out/" },
      ResourceConfig: { InstanceType: "ml.g5.xlarge", InstanceCount: 1, VolumeSizeInGB: 50 },
      StoppingCondition: { MaxRuntimeInSeconds: 3_600 },
      HyperParameters: { epochs: "2" },
      EnableNetworkIsolation: true,
    });
    const channels = (input as { InputDataConfig: { ChannelName: string }[] }).InputDataConfig;
    expect(channels.map(({ ChannelName }) => ChannelName)).toEqual(["model", "training", "validation"]);
  });

  it("delete-objects names each key as it was approved, and a version where one was", () => {
    const objects = [{ key: "support/a b+ü.csv" }, { key: "support/x", version: "v1" }];
    expect(deleteObjects.call({ bucket: "training", objects }, TOKEN)).toEqual({
      Bucket: "training",
      Delete: {
        Objects: [{ Key: "support/a b+ü.csv" }, { Key: "support/x", VersionId: "v1" }],
        Quiet: false,
      },
    });
  });

  it("promote-model approves one version", () => {
    const modelPackageArn = "arn:aws:sagemaker:eu-west-1:111122223333:model-package/support-tone/4";
    expect(promoteModel.call({ modelPackageArn }, TOKEN)).toEqual({
      ModelPackageArn: modelPackageArn,
      ModelApprovalStatus: "Approved",
      ApprovalDescription: `Approved through Latchkey, grant ${TOKEN}`,
    });
  });
});

describe("what a performer is asked beyond its type's limits is refused before anybody approves", () => {
  it.each([
    ["role", { role: "arn:aws:iam::111122223333:role/admin" }],
    ["trainingData", { trainingData: "s3://claims/2026/" }],
    ["trainingData", { trainingData: "s3://training/support-internal/x" }],
    ["output", { output: "s3://training/support/../../claims/" }],
    ["output", { output: "s3://elsewhere/" }],
    ["validationData", { validationData: "s3://claims/x" }],
    ["baseModel", { baseModel: "other.model-v1" }],
    ["hyperparameters.epochCount", { hyperparameters: { epochCount: 2 } }],
    ["kmsKey", { kmsKey: "x" }],
  ])("start-tuning: %s", (path, change) => {
    const wrong = performingProblem(type("start-tuning", {}, limits), { ...onBedrock, ...change });
    expect(wrong?.path).toBe(path);
    expect(wrong?.problem).not.toContain(String(Object.values(change)[0]));
  });

  it("start-tuning takes what is within them, on both services, and a service only where it is named", () => {
    const tuning = type("start-tuning", {}, limits);
    expect(performingProblem(tuning, onBedrock)).toBeUndefined();
    expect(performingProblem(tuning, onSageMaker)).toBeUndefined();
    const one = type("start-tuning", {}, { ...limits, services: ["bedrock"] });
    expect(performingProblem(one, onSageMaker)).toMatchObject({ path: "service" });
    expect(performingProblem(tuning, { ...onSageMaker, image: "evil.example/x:1" })).toMatchObject({
      path: "image",
    });
  });

  it("delete-objects stays below the places that the type names, whatever a key looks like", () => {
    const deletion = type("delete-objects", {}, { data: ["s3://training/tmp/"] });
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 60 }), (key) => {
        const ready = performingProblem(deletion, { bucket: "training", objects: [{ key }] }) === undefined;
        return ready === false || key.startsWith("tmp/");
      }),
    );
    const asked = (bucket: string, ...keys: string[]) =>
      performingProblem(deletion, { bucket, objects: keys.map((key) => ({ key })) });
    expect(asked("training", "tmp/a", "tmp/b")).toBeUndefined();
    expect(asked("training", "tmp/a", "other/b")).toMatchObject({ path: "objects.1.key" });
    expect(asked("production", "tmp/a")).toMatchObject({ path: "objects.0.key" });
    expect(asked("training", "tmp/a", "tmp/a")).toMatchObject({ path: "objects" });
    expect(asked("training", "tmp/\u202Egpj.exe")).toMatchObject({ path: "objects.0.key" });
  });

  it("promote-model knows its groups, and no name that only begins like one", () => {
    const promotion = type("promote-model", {}, { modelPackageGroups: ["support-tone"] });
    const of = (group: string) =>
      performingProblem(promotion, {
        modelPackageArn: `arn:aws:sagemaker:eu-west-1:111122223333:model-package/${group}/4`,
      });
    expect(of("support-tone")).toBeUndefined();
    expect(of("support-tone-evil")).toMatchObject({ path: "modelPackageArn" });
    expect(of("*")).toMatchObject({ path: "modelPackageArn" });
  });

  it("gives the parameters back as they are, for the call", () => {
    const ready = readyToPerform(startTuning, limits, onBedrock);
    expect(ready).toEqual({ ok: true, parameters: onBedrock });
  });
});

describe("an action type that names a performer", () => {
  const schema = (names: string[], required = names) => ({
    type: "object",
    additionalProperties: false,
    required,
    properties: Object.fromEntries(names.map((name) => [name, {}])),
  });

  it("is sound when its parameters are the performer's, and its limits too", () => {
    expect(
      typeProblems(type("promote-model", schema(["modelPackageArn"]), { modelPackageGroups: ["a"] })),
    ).toEqual([]);
    const tuning = schema(Object.keys(onBedrock));
    expect(typeProblems(type("start-tuning", tuning, { ...limits, services: ["bedrock"] }))).toEqual([]);
  });

  it.each([
    [
      "a parameter that it does not take",
      schema(["modelPackageArn", "force"]),
      "parameters.properties.force",
    ],
    ["nothing of what it needs", schema([]), "parameters.required"],
    ["what it needs, as a choice", schema(["modelPackageArn"], []), "parameters.required"],
    [
      "whatever somebody sends",
      { ...schema(["modelPackageArn"]), additionalProperties: true },
      "parameters.additionalProperties",
    ],
  ])("is refused at synth with %s", (_what, parameters, path) => {
    const problems = typeProblems(type("promote-model", parameters, { modelPackageGroups: ["a"] }));
    expect(problems.map((each) => each.path)).toContain(path);
  });

  it("is refused at synth without limits, with others, and with limits and no performer", () => {
    const parameters = schema(["modelPackageArn"]);
    for (const wrong of [
      undefined,
      {},
      { modelPackageGroups: ["*"] },
      { modelPackageGroups: ["a"], buckets: ["b"] },
    ])
      expect(typeProblems(type("promote-model", parameters, wrong))).not.toEqual([]);
    expect(typeProblems(type(undefined, parameters, { modelPackageGroups: ["a"] }))).toEqual([
      { path: "limits", problem: "are for a performer, and none is named" },
    ]);
  });
});

describe("what the function of an action type may do (I-69)", () => {
  it("passes only the type's roles, and only to the services that it uses", () => {
    const { permissions } = permissionsOf(
      type("start-tuning", {}, { ...limits, services: ["bedrock"] }),
      site,
    );
    expect(permissions.find(({ actions }) => actions.includes("iam:PassRole"))).toEqual({
      actions: ["iam:PassRole"],
      resources: [role],
      conditions: { StringEquals: { "iam:PassedToService": ["bedrock.amazonaws.com"] } },
    });
    expect(
      permissions.flatMap(({ actions }) => actions).filter((each) => each.startsWith("sagemaker:")),
    ).toEqual([]);
  });

  it("deletes below the type's places, and names no other bucket", () => {
    const { permissions } = permissionsOf(type("delete-objects", {}, { data: ["s3://training/tmp/"] }), site);
    expect(permissions).toEqual([
      { actions: ["s3:DeleteObject", "s3:DeleteObjectVersion"], resources: ["arn:aws:s3:::training/tmp/*"] },
    ]);
  });

  it("never has a wildcard action, or all resources", () => {
    const all = [
      permissionsOf(type("start-tuning", {}, limits), site),
      permissionsOf(type("delete-objects", {}, { data: ["s3://a-b/c/"] }), site),
      permissionsOf(type("promote-model", {}, { modelPackageGroups: ["g"] }), site),
    ].flatMap(({ permissions }) => permissions);
    for (const { actions, resources } of all) {
      for (const action of actions) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
      for (const resource of resources) expect(resource).not.toMatch(/^\*$|:\*$/);
    }
  });
});
