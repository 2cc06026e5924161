import { GetRolePolicyCommand, type IAMClient, NoSuchEntityException } from "@aws-sdk/client-iam";
import { DENY_POLICY_NAME } from "../core/deny-list.ts";

/** What IAM answers, or undefined where it has no such thing. */
export async function unlessAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (fault) {
    if (fault instanceof NoSuchEntityException) return undefined;
    throw fault;
  }
}

/** Names the deny list of a role, for any call about it. */
export const denyPolicyOf = (name: string) => ({ RoleName: name, PolicyName: DENY_POLICY_NAME });

/** A role's deny list as IAM has it now, decoded; undefined when there is none. */
export async function readDenyPolicy(iam: IAMClient, name: string): Promise<string | undefined> {
  const answer = await unlessAbsent(iam.send(new GetRolePolicyCommand(denyPolicyOf(name))));
  // IAM answers with the document URL-encoded (RFC 3986).
  return answer?.PolicyDocument === undefined ? undefined : decodeURIComponent(answer.PolicyDocument);
}
