import type { Construct } from "constructs";
import { DENY_POLICY_NAME } from "../../functions/core/deny-list.ts";
import { names } from "../names.ts";
import { RuleWatch } from "../rule-watch.ts";

const onAccessRoles = { roleName: [{ prefix: "latchkey-access-" }] };
const byOthers = {
  userIdentity: {
    sessionContext: {
      sessionIssuer: { userName: [{ "anything-but": [names.capability("revoke-access"), names.revoker] }] },
    },
  },
};

/**
 * Inline policies of access roles as they are written: under another name than the deny list's, with an Allow in them, or
 * by anybody but the revoker. IAM cannot forbid the revoker the first two (there is no condition key for a policy's name),
 * so that somebody hears of them. From CloudTrail; IAM's calls are told of in us-east-1 alone, so elsewhere only
 * `sweep` finds them, within five minutes.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
 */
export class IamWatch extends RuleWatch {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      name: names.iamWatch,
      description:
        "Latchkey: an inline policy on an access role that is not a deny list, or not the revoker's",
      eventPattern: {
        source: ["aws.iam"],
        "detail-type": ["AWS API Call via CloudTrail"],
        detail: {
          eventSource: ["iam.amazonaws.com"],
          eventName: ["PutRolePolicy", "DeleteRolePolicy"],
          $or: [
            { requestParameters: { ...onAccessRoles, policyName: [{ "anything-but": DENY_POLICY_NAME }] } },
            { requestParameters: { ...onAccessRoles, policyDocument: [{ wildcard: "*Allow*" }] } },
            { requestParameters: onAccessRoles, ...byOthers },
            { requestParameters: onAccessRoles, userIdentity: { type: [{ "anything-but": "AssumedRole" }] } },
          ],
        },
      },
    });
  }
}
