import type { IncomingHttpHeaders } from "node:http";

/** A request as Bedrock or SageMaker would get it. The local AWS has neither's jobs. */
type Asked = { method: string; path: string; headers: IncomingHttpHeaders; body: string };
type Answered = { status: number; body: unknown };
type Job = Record<string, unknown> & { status: string };

const ACCOUNT = "000000000000";
const NO_SUCH = "Requested resource not found.";
const json = (text: string): Record<string, unknown> => JSON.parse(text === "" ? "{}" : text);

/**
 * Stands in for the few calls of Bedrock and SageMaker that Latchkey makes of its own: keeps the jobs and model packages,
 * knows a repeated token, and tells every call that it took. No signatures and no permissions: those are for the templates.
 */
export function jobsStandIn() {
  const calls: { operation: string; input: unknown }[] = [];
  const jobs = new Map<string, Job>();
  const packages = new Map<string, Record<string, unknown>>();
  const wrong = (status: number, type: string, message: string): Answered => ({
    status,
    body: { __type: type, message },
  });

  function bedrock({ method, path, body }: Asked): Answered | undefined {
    const [, root, name, verb] = /^\/(model-customization-jobs)(?:\/([^/]+))?(?:\/(stop))?$/.exec(path) ?? [];
    if (!root) return undefined;
    if (method === "POST" && !name) {
      const input = json(body);
      calls.push({ operation: "CreateModelCustomizationJob", input });
      const jobName = String(input.jobName);
      const jobArn = `arn:aws:bedrock:us-east-1:${ACCOUNT}:model-customization-job/${jobName}`;
      const known = jobs.get(jobName);
      if (known && known.clientRequestToken !== input.clientRequestToken)
        return wrong(409, "ConflictException", "The job exists.");
      if (!known) jobs.set(jobName, { ...input, jobArn, status: "InProgress" });
      return { status: 201, body: { jobArn } };
    }
    const job = jobs.get(decodeURIComponent(name ?? "").replace(/^.*\//, ""));
    if (!job) return wrong(404, "ResourceNotFoundException", NO_SUCH);
    if (method === "GET") return { status: 200, body: job };
    if (verb !== "stop") return undefined;
    calls.push({ operation: "StopModelCustomizationJob", input: { jobIdentifier: job.jobName } });
    job.status = "Stopped";
    return { status: 200, body: {} };
  }

  function sagemaker({ headers, body }: Asked): Answered | undefined {
    const operation = String(headers["x-amz-target"] ?? "").replace(/^SageMaker\./, "");
    const input = json(body);
    const name = String(input.TrainingJobName ?? "");
    const arn = String(input.ModelPackageArn ?? input.ModelPackageName ?? "");
    switch (operation) {
      case "CreateTrainingJob":
        calls.push({ operation, input });
        if (jobs.has(name)) return wrong(400, "ResourceInUse", "Training job names must be unique.");
        jobs.set(name, { ...input, TrainingJobStatus: "InProgress", status: "InProgress" });
        return {
          status: 200,
          body: { TrainingJobArn: `arn:aws:sagemaker:us-east-1:${ACCOUNT}:training-job/${name}` },
        };
      case "DescribeTrainingJob": {
        const job = jobs.get(name);
        return job ? { status: 200, body: job } : wrong(400, "ValidationException", NO_SUCH);
      }
      case "StopTrainingJob": {
        calls.push({ operation, input });
        const job = jobs.get(name);
        if (job) Object.assign(job, { TrainingJobStatus: "Stopping", status: "Stopped" });
        return { status: 200, body: {} };
      }
      case "UpdateModelPackage":
        calls.push({ operation, input });
        packages.set(arn, input);
        return { status: 200, body: { ModelPackageArn: arn } };
      case "DescribeModelPackage":
        return { status: 200, body: packages.get(arn) ?? { ModelApprovalStatus: "PendingManualApproval" } };
      default:
        return undefined;
    }
  }

  return {
    /** What was asked of it, oldest first: calls that change something. */
    calls: () => calls,
    answer: (asked: Asked): Answered | undefined => bedrock(asked) ?? sagemaker(asked),
  };
}
