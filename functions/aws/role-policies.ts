import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { RoleRef } from "../core/access-role.ts";
import { roleOf } from "../core/access-role.ts";
import { denyPolicyOf, readDenyPolicy, unlessAbsent } from "./deny-policy.ts";
import { openRevokers } from "./revokers.ts";

/** The one inline policy that `revoke-access` may write. */
export type DenyPolicies = {
  put(role: RoleRef, document: string): Promise<void>;
  /** The document as IAM has it now, decoded; undefined when there is none. */
  get(role: RoleRef): Promise<string | undefined>;
  remove(role: RoleRef): Promise<void>;
};

export type Here = { accountId: string; partition: string; externalId: string };

/** IAM here for roles of our own account, and through each other account's `latchkey-revoker` for its own. */
export function openDenyPolicies(here: Here): DenyPolicies {
  const clients = new Map<string, IAMClient>();
  const revokers = openRevokers(here);
  const on = (role: RoleRef) => {
    const { accountId, name } = roleOf(role, here.accountId);
    const iam =
      clients.get(accountId) ??
      new IAMClient(accountId === here.accountId ? {} : { credentials: revokers(accountId) });
    clients.set(accountId, iam);
    return { iam, name };
  };
  return {
    async put(role, document) {
      const { iam, name } = on(role);
      await iam.send(new PutRolePolicyCommand({ ...denyPolicyOf(name), PolicyDocument: document }));
    },
    async get(role) {
      const { iam, name } = on(role);
      return readDenyPolicy(iam, name);
    },
    async remove(role) {
      const { iam, name } = on(role);
      await unlessAbsent(iam.send(new DeleteRolePolicyCommand(denyPolicyOf(name))));
    },
  };
}

/** True when IAM says that the role's inline policies have no room. */
export const isFull = (fault: unknown): boolean =>
  fault instanceof Error && fault.name === "LimitExceededException";
