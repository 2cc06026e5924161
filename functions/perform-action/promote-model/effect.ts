import {
  DescribeModelPackageCommand,
  SageMakerClient,
  UpdateModelPackageCommand,
} from "@aws-sdk/client-sagemaker";
import type { PromotionCall } from "../../core/actions/performers/promote-model.ts";
import { type Came, type Effect, orRefused } from "../effect.ts";

type Registry = {
  update(call: PromotionCall): Promise<unknown>;
  /** The package's state, and what it was last said to be approved for. */
  find(arn: string): Promise<{ status: string | undefined; description: string | undefined }>;
};

function openRegistry(): Registry {
  const sagemaker = new SageMakerClient({ maxAttempts: 1 });
  return {
    update: (call) => sagemaker.send(new UpdateModelPackageCommand(call)),
    async find(arn) {
      const found = await sagemaker.send(new DescribeModelPackageCommand({ ModelPackageName: arn }));
      return { status: found.ModelApprovalStatus, description: found.ApprovalDescription };
    },
  };
}

const DONE: Came = { result: "done", detail: "the model package is approved" };

/** Approves a version in the model registry. What an earlier try did is seen by the description that it leaves. */
export function openPromoting(registry: Registry = openRegistry()): Effect<PromotionCall> {
  return {
    act: (call) =>
      orRefused(call, async () => {
        await registry.update(call);
        return DONE;
      }),
    async look({ ModelPackageArn, ApprovalDescription }) {
      const { status, description } = await registry.find(ModelPackageArn);
      if (status === "PendingManualApproval") return "not_done";
      if (status === "Approved" && description === ApprovalDescription) return DONE;
      return { result: "unknown", detail: "somebody else has decided on the model package meanwhile" };
    },
  };
}
