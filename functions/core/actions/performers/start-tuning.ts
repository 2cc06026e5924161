import * as z from "zod";
import { isBelow, type Performer, type Permission, type Site, type Wrong } from "./performer.ts";
import { hyperparameters, jobRole, names, s3Place, s3Uri } from "./values.ts";

/** A foundation model or custom model that a job starts from, by id or ARN. */
const baseModel = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9:./_-]{0,511}$/, "must be the id or ARN of a model");
const image = z
  .string()
  .regex(/^[a-z0-9][A-Za-z0-9./:@_-]{0,254}$/, "must be a container image in a registry");

const common = {
  trainingData: s3Uri,
  validationData: s3Uri.optional(),
  output: s3Uri,
  role: jobRole,
  hyperparameters,
};

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelCustomizationJob.html */
const bedrock = z.strictObject({
  service: z.literal("bedrock"),
  baseModel,
  modelName: z.string().regex(/^([0-9a-zA-Z][_-]?){1,63}$/, "must be letters, digits and single hyphens"),
  customizationType: z.enum(["FINE_TUNING", "CONTINUED_PRE_TRAINING"]).optional(),
  ...common,
});

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html */
const sagemaker = z.strictObject({
  service: z.literal("sagemaker"),
  image,
  /** Where the base model's artefacts are: the job's channel `model`. */
  baseModel: s3Uri,
  instanceType: z.string().regex(/^ml\.[a-z0-9]+\.[a-z0-9-]+$/, "must be the name of an ML instance type"),
  instanceCount: z.int().min(1).max(64),
  volumeGb: z.int().min(1).max(16_384),
  maxRuntimeSeconds: z.int().min(60).max(2_419_200),
  ...common,
});

const parameters = z.discriminatedUnion("service", [bedrock, sagemaker]);
export type TuningParameters = z.infer<typeof parameters>;
type Bedrock = z.infer<typeof bedrock>;
type SageMaker = z.infer<typeof sagemaker>;

const limits = z
  .strictObject({
    services: names(z.enum(["bedrock", "sagemaker"])),
    /** The job roles that may be passed: each must trust its service, and should reach no more than these data. */
    roles: names(jobRole),
    /** Where training data and output may be. */
    data: names(s3Place),
    baseModels: names(baseModel).optional(),
    images: names(image).optional(),
  })
  .refine((all) => !all.services.includes("bedrock") || all.baseModels, "bedrock needs baseModels")
  .refine((all) => !all.services.includes("sagemaker") || all.images, "sagemaker needs images");
export type TuningLimits = z.infer<typeof limits>;

function beyond(
  asked: TuningParameters,
  { services, roles, data, ...allowed }: TuningLimits,
): Wrong | undefined {
  if (!services.includes(asked.service)) return { path: "service", problem: "is not one of this action's" };
  if (!roles.includes(asked.role)) return { path: "role", problem: "is not one of this action's roles" };
  const places = {
    trainingData: asked.trainingData,
    validationData: asked.validationData,
    output: asked.output,
    ...(asked.service === "sagemaker" ? { baseModel: asked.baseModel } : {}),
  };
  const outside = Object.entries(places).find(([, uri]) => uri !== undefined && !isBelow(uri, data));
  if (outside) return { path: outside[0], problem: "is outside this action's data" };
  if (asked.service === "sagemaker")
    return allowed.images?.includes(asked.image)
      ? undefined
      : { path: "image", problem: "is not one of this action's images" };
  return allowed.baseModels?.includes(asked.baseModel)
    ? undefined
    : { path: "baseModel", problem: "is not one of this action's base models" };
}

/** The job's name, made of the grant's id: one grant, one job, and it is found again by its name. */
const jobNameOf = (token: string): string => `lk-${token}`;

const onBedrock = (asked: Bedrock, token: string) => ({
  service: "bedrock" as const,
  input: {
    jobName: jobNameOf(token),
    customModelName: asked.modelName,
    roleArn: asked.role,
    clientRequestToken: token,
    baseModelIdentifier: asked.baseModel,
    customizationType: asked.customizationType ?? ("FINE_TUNING" as const),
    trainingDataConfig: { s3Uri: asked.trainingData },
    ...(asked.validationData
      ? { validationDataConfig: { validators: [{ s3Uri: asked.validationData }] } }
      : {}),
    outputDataConfig: { s3Uri: asked.output },
    hyperParameters: asked.hyperparameters,
  },
});

const channel = (name: string, uri: string) => ({
  ChannelName: name,
  DataSource: {
    S3DataSource: {
      S3DataType: "S3Prefix" as const,
      S3Uri: uri,
      S3DataDistributionType: "FullyReplicated" as const,
    },
  },
});

const onSageMaker = (asked: SageMaker, token: string) => ({
  service: "sagemaker" as const,
  input: {
    TrainingJobName: jobNameOf(token),
    AlgorithmSpecification: { TrainingImage: asked.image, TrainingInputMode: "File" as const },
    RoleArn: asked.role,
    InputDataConfig: [
      channel("model", asked.baseModel),
      channel("training", asked.trainingData),
      ...(asked.validationData ? [channel("validation", asked.validationData)] : []),
    ],
    OutputDataConfig: { S3OutputPath: asked.output },
    ResourceConfig: {
      // Any other is refused by IAM of the service itself: the SDK's own list is never complete.
      InstanceType: asked.instanceType as "ml.g5.xlarge",
      InstanceCount: asked.instanceCount,
      VolumeSizeInGB: asked.volumeGb,
    },
    StoppingCondition: { MaxRuntimeInSeconds: asked.maxRuntimeSeconds },
    HyperParameters: asked.hyperparameters,
    // What was approved names all that goes in and out: nothing else may be fetched or sent.
    EnableNetworkIsolation: true,
  },
});

export type TuningCall = ReturnType<typeof onBedrock> | ReturnType<typeof onSageMaker>;

const PASSED_TO = { bedrock: "bedrock.amazonaws.com", sagemaker: "sagemaker.amazonaws.com" } as const;

/**
 * Bedrock names its jobs itself, so only their type can be said; SageMaker's are ours by their names.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
function permissions({ services, roles, baseModels = [] }: TuningLimits, site: Site): Permission[] {
  const { partition, region, accountId } = site;
  const bedrockArn = (rest: string) => `arn:${partition}:bedrock:${region}:${rest}`;
  const jobs = [bedrockArn(`${accountId}:model-customization-job/*`)];
  const models = baseModels.map((model) =>
    model.startsWith("arn:") ? model : bedrockArn(`:foundation-model/${model}`),
  );
  const trainingJobs = [`arn:${partition}:sagemaker:${region}:${accountId}:training-job/${jobNameOf("*")}`];
  const rows: Record<TuningLimits["services"][number], Permission[]> = {
    bedrock: [
      {
        actions: ["bedrock:CreateModelCustomizationJob"],
        resources: [...models, bedrockArn(`${accountId}:custom-model/*`), ...jobs],
      },
      { actions: ["bedrock:GetModelCustomizationJob", "bedrock:StopModelCustomizationJob"], resources: jobs },
    ],
    sagemaker: [
      {
        actions: [
          "sagemaker:CreateTrainingJob",
          "sagemaker:DescribeTrainingJob",
          "sagemaker:StopTrainingJob",
        ],
        resources: trainingJobs,
      },
    ],
  };
  return [
    ...services.flatMap((service) => rows[service]),
    {
      actions: ["iam:PassRole"],
      resources: roles,
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_PassedToService
      conditions: { StringEquals: { "iam:PassedToService": services.map((service) => PASSED_TO[service]) } },
    },
  ];
}

/** Fine-tuning, with exactly the data, hyperparameters and role that were approved: no condition of IAM could hold those. */
export const startTuning: Performer<TuningParameters, TuningLimits, TuningCall> = {
  parameters,
  limits,
  beyond,
  call: (asked, token) => (asked.service === "bedrock" ? onBedrock(asked, token) : onSageMaker(asked, token)),
  permissions,
  wildcards: "The services name jobs and models themselves, or by the grant's id: not known before.",
};
