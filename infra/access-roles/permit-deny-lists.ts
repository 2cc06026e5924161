import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
import { allow } from "../permissions.ts";
import { iamArn } from "./access-role.ts";

/** Every access role that there is or was, by the pattern of their names. */
export const anyAccessRole = (scope: Construct): string => iamArn(scope, "role", names.anyAccessRole);
export const WHY_ANY =
  "A role that left the catalogue may still have live sessions, which must be denied: it carries its boundary.";

/**
 * To write inline policies of access roles while they carry their boundary: also of roles that the catalogue no longer has
 * (I-33). IAM has no condition key for a policy's name, so the roles are what is limited, and an alarm watches for any
 * other name.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
export const permitDenyLists = (scope: Construct): PolicyStatement[] => [
  allow(
    ["iam:DeleteRolePolicy", "iam:PutRolePolicy"],
    [anyAccessRole(scope)],
    targetOf(scope).where({
      StringLike: { "iam:PermissionsBoundary": iamArn(scope, "policy", names.boundary("*")) },
    }),
  ),
  allow(["iam:GetRolePolicy"], [anyAccessRole(scope)]),
];
