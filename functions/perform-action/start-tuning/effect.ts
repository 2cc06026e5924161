import {
  BedrockClient,
  CreateModelCustomizationJobCommand,
  GetModelCustomizationJobCommand,
  StopModelCustomizationJobCommand,
} from "@aws-sdk/client-bedrock";
import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  SageMakerClient,
  StopTrainingJobCommand,
} from "@aws-sdk/client-sagemaker";
import type { TuningCall } from "../../core/actions/performers/start-tuning.ts";
import { type Came, type Effect, isFault, orRefused, type Stop } from "../effect.ts";

/** A job as a service shows it; undefined: there is none of this name. `ours`: it is the one that the call made. */
type Job = { ours: boolean; runs: boolean };
type Service<Input> = {
  create(input: Input): Promise<unknown>;
  find(input: Input): Promise<Job | undefined>;
  stop(input: Input): Promise<unknown>;
  name(input: Input): string;
};
type InputOf<S extends TuningCall["service"]> = Extract<TuningCall, { service: S }>["input"];

// One attempt: a repeat is the workflow's, after a look. The token and the name make it the same job at AWS, too.
const ONCE = { maxAttempts: 1 };

/** Both services name the absence of a job in their own ways; SageMaker's is a validation error. */
const isAbsent = (fault: unknown): boolean =>
  isFault(fault, "ResourceNotFoundException", "ResourceNotFound") ||
  (isFault(fault, "ValidationException") && /not found/i.test(fault.message));

async function unlessAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (fault) {
    if (isAbsent(fault)) return undefined;
    throw fault;
  }
}

function openBedrock(): Service<InputOf<"bedrock">> {
  const bedrock = new BedrockClient(ONCE);
  return {
    create: (input) => bedrock.send(new CreateModelCustomizationJobCommand(input)),
    async find({ jobName, clientRequestToken }) {
      const job = await unlessAbsent(
        bedrock.send(new GetModelCustomizationJobCommand({ jobIdentifier: jobName })),
      );
      return (
        job && { ours: job.clientRequestToken === clientRequestToken, runs: job.status === "InProgress" }
      );
    },
    stop: ({ jobName }) => bedrock.send(new StopModelCustomizationJobCommand({ jobIdentifier: jobName })),
    name: ({ jobName }) => jobName,
  };
}

function openSageMaker(): Service<InputOf<"sagemaker">> {
  const sagemaker = new SageMakerClient(ONCE);
  return {
    create: (input) => sagemaker.send(new CreateTrainingJobCommand(input)),
    async find({ TrainingJobName, RoleArn }) {
      const job = await unlessAbsent(sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName })));
      return job && { ours: job.RoleArn === RoleArn, runs: job.TrainingJobStatus === "InProgress" };
    },
    stop: ({ TrainingJobName }) => sagemaker.send(new StopTrainingJobCommand({ TrainingJobName })),
    name: ({ TrainingJobName }) => TrainingJobName,
  };
}

const TITLES = { bedrock: "model customization job", sagemaker: "training job" } as const;

/** Fine-tuning jobs on both services. A job is found by its name, which is the grant's id: there is one of it at most. */
export function openTuning(
  services: { bedrock: Service<InputOf<"bedrock">>; sagemaker: Service<InputOf<"sagemaker">> } = {
    bedrock: openBedrock(),
    sagemaker: openSageMaker(),
  },
): Effect<TuningCall> {
  const at = ({ service }: TuningCall) => services[service] as Service<unknown>;
  const started = (call: TuningCall): Came => ({
    result: "done",
    detail: `${TITLES[call.service]} ${at(call).name(call.input)} started`,
  });
  return {
    act: (call) =>
      orRefused(call.input, async () => {
        try {
          await at(call).create(call.input);
          return started(call);
        } catch (fault) {
          // A job of this name is there: another try of ours made it, or nobody knows who. The look tells.
          if (isFault(fault, "ConflictException", "ResourceInUse", "ResourceInUseException"))
            throw new Error(`${TITLES[call.service]} exists`, { cause: fault });
          throw fault;
        }
      }),
    async look(call) {
      const job = await at(call).find(call.input);
      if (!job) return "not_done";
      return job.ours
        ? started(call)
        : { result: "unknown", detail: "a job of this name is there, and not ours" };
    },
    async stop(call): Promise<Stop> {
      const job = await at(call).find(call.input);
      if (!job?.ours) return "none";
      if (!job.runs) return "over";
      await at(call).stop(call.input);
      return "stopped";
    },
  };
}
