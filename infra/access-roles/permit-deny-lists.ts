import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { targetOf } from "../local.ts";
import { allow } from "../permissions.ts";

/**
 * To write inline policies of access roles while they carry their boundary. IAM has no condition key for a policy's name,
 * so the roles are what is limited, and an alarm watches for any other name.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
export const permitDenyLists = (
  scope: Construct,
  roles: string[],
  boundaries: string[],
): PolicyStatement[] => [
  allow(
    ["iam:DeleteRolePolicy", "iam:PutRolePolicy"],
    roles,
    targetOf(scope).where({ StringEquals: { "iam:PermissionsBoundary": boundaries } }),
  ),
  allow(["iam:GetRolePolicy"], roles),
];
