import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  IAMClient,
  NoSuchEntityException,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { DENY_POLICY_NAME } from "../core/deny-list.ts";

/** The one inline policy that `revoke-access` may write. */
export type DenyPolicies = {
  put(role: string, document: string): Promise<void>;
  /** The document as IAM has it now, decoded; undefined when there is none. */
  get(role: string): Promise<string | undefined>;
  remove(role: string): Promise<void>;
};

export function openDenyPolicies(): DenyPolicies {
  const iam = new IAMClient({});
  const on = (role: string) => ({ RoleName: role, PolicyName: DENY_POLICY_NAME });
  const unlessAbsent = async <T>(call: Promise<T>): Promise<T | undefined> => {
    try {
      return await call;
    } catch (fault) {
      if (fault instanceof NoSuchEntityException) return undefined;
      throw fault;
    }
  };
  return {
    async put(role, document) {
      await iam.send(new PutRolePolicyCommand({ ...on(role), PolicyDocument: document }));
    },
    async get(role) {
      const answer = await unlessAbsent(iam.send(new GetRolePolicyCommand(on(role))));
      // IAM answers with the document URL-encoded (RFC 3986).
      return answer?.PolicyDocument === undefined ? undefined : decodeURIComponent(answer.PolicyDocument);
    },
    async remove(role) {
      await unlessAbsent(iam.send(new DeleteRolePolicyCommand(on(role))));
    },
  };
}
