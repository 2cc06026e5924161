import * as z from "zod";
import type { Performer } from "./performer.ts";
import { names } from "./values.ts";

const GROUP = "[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}";
const ARN = new RegExp(
  `^arn:(?:aws|aws-cn|aws-us-gov):sagemaker:[a-z0-9-]+:\\d{12}:model-package/(${GROUP})/[1-9]\\d{0,8}$`,
);

const parameters = z.strictObject({
  modelPackageArn: z.string().regex(ARN, "must be the ARN of a version in a model package group"),
});
const limits = z.strictObject({
  modelPackageGroups: names(z.string().regex(new RegExp(`^${GROUP}$`), "must be a model package group")),
});

export type PromotionParameters = z.infer<typeof parameters>;
type PromotionLimits = z.infer<typeof limits>;
export type PromotionCall = {
  ModelPackageArn: string;
  ModelApprovalStatus: "Approved";
  ApprovalDescription: string;
};

/**
 * One version of a model in the registry may be deployed from now on.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html
 */
export const promoteModel: Performer<PromotionParameters, PromotionLimits, PromotionCall> = {
  parameters,
  limits,
  beyond({ modelPackageArn }, { modelPackageGroups }) {
    const group = ARN.exec(modelPackageArn)?.[1];
    return group !== undefined && modelPackageGroups.includes(group)
      ? undefined
      : { path: "modelPackageArn", problem: "is in no model package group of this action" };
  },
  call: ({ modelPackageArn }, token) => ({
    ModelPackageArn: modelPackageArn,
    ModelApprovalStatus: "Approved",
    ApprovalDescription: `Approved through Latchkey, grant ${token}`,
  }),
  permissions: ({ modelPackageGroups }, { partition, region, accountId }) => [
    {
      actions: ["sagemaker:DescribeModelPackage", "sagemaker:UpdateModelPackage"],
      resources: modelPackageGroups.map(
        (group) => `arn:${partition}:sagemaker:${region}:${accountId}:model-package/${group}/*`,
      ),
    },
  ],
  wildcards: "Any version of the groups that the type names: which one is in the approved parameters.",
};
