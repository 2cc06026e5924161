import {
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import type { RoleState } from "../core/role-state.ts";
import { readDenyPolicy, unlessAbsent } from "./deny-policy.ts";

/** Access roles of our own account as IAM has them. Reads only. */
export type AccessRoles = {
  denyDocument(name: string): Promise<string | undefined>;
  state(name: string): Promise<RoleState | undefined>;
};

// More than a role can have; a list that is cut short would hide what comes after.
const MaxItems = 1_000;

export function openAccessRoles(): AccessRoles {
  const iam = new IAMClient({});
  return {
    denyDocument: (name) => readDenyPolicy(iam, name),
    async state(name) {
      const found = await unlessAbsent(iam.send(new GetRoleCommand({ RoleName: name })));
      if (!found?.Role) return undefined;
      const input = { RoleName: name, MaxItems };
      const inline = await iam.send(new ListRolePoliciesCommand(input));
      const attached = await iam.send(new ListAttachedRolePoliciesCommand(input));
      if (inline.IsTruncated || attached.IsTruncated)
        throw new Error(`${name} has more policies than are looked at`);
      return {
        trust: decodeURIComponent(found.Role.AssumeRolePolicyDocument ?? ""),
        boundary: found.Role.PermissionsBoundary?.PermissionsBoundaryArn,
        inline: inline.PolicyNames ?? [],
        attached: (attached.AttachedPolicies ?? []).map(({ PolicyArn }) => PolicyArn ?? ""),
      };
    },
  };
}
