import { Duration, Stack } from "aws-cdk-lib";
import { ArnPrincipal, ManagedPolicy, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { copiesOf, roleOf } from "../../functions/core/access-role.ts";
import { type TrustedBroker, trustStatements } from "../../functions/core/access-trust.ts";
import type { Catalogue, Resource } from "../../functions/core/catalogue.ts";
import { AccessBoundary } from "./boundary.ts";
import { acknowledgePatterns, ceilings } from "./ceiling.ts";
import { fitting } from "./fitting.ts";

/** The catalogue's access roles with the resources that each reaches, in the catalogue's order. */
function accessRolesOf(catalogue: Catalogue): Map<string, Resource[]> {
  const roles = new Map<string, Resource[]>();
  for (const resource of catalogue.resources)
    roles.set(resource.accessRole, [...(roles.get(resource.accessRole) ?? []), resource]);
  return roles;
}

/** The account of an access role where that is not the broker's own. */
const accountOf = (catalogue: Catalogue, accessRole: string): string | undefined =>
  catalogue.accessRoles?.find(({ id }) => id === accessRole)?.account;

/** The other accounts that have access roles. */
export const otherAccounts = (catalogue: Catalogue): string[] =>
  [...new Set([...accessRolesOf(catalogue).keys()].flatMap((id) => accountOf(catalogue, id) ?? []))].sort();

/** The access roles of one account: the broker's own when none is named. */
export const accessRolesIn = (catalogue: Catalogue, account?: string): [string, Resource[]][] =>
  [...accessRolesOf(catalogue)].filter(([id]) => accountOf(catalogue, id) === account);

export const iamArn = (
  scope: Construct,
  resource: "role" | "policy",
  resourceName: string,
  account?: string,
): string =>
  Stack.of(scope).formatArn({
    service: "iam",
    region: "",
    resource,
    resourceName,
    ...(account ? { account } : {}),
  });

/** ARNs (each copy) of the access roles of one account. */
export const accessRoleArns = (scope: Construct, catalogue: Catalogue, account?: string): string[] =>
  accessRolesIn(catalogue, account).flatMap(([id]) =>
    copiesOf(catalogue, id).map((role) => iamArn(scope, "role", roleOf(role, "").name, account)),
  );

/** Every access role of every account. */
export const allAccessRoleArns = (scope: Construct, catalogue: Catalogue): string[] =>
  [undefined, ...otherAccounts(catalogue)].flatMap((account) => accessRoleArns(scope, catalogue, account));

export type AccessRoleProps = {
  accessRole: string;
  resources: Resource[];
  catalogue: Catalogue;
  broker: TrustedBroker;
};

/**
 * A role whose sessions, each narrowed to one grant, reach some resources; several alike where the catalogue wants copies.
 * No path: names survive redeploys. Its permissions are a managed policy, because all inline policies share 10,240
 * characters, which belong to the deny list.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export class AccessRole extends Construct {
  constructor(scope: Construct, { accessRole, resources, catalogue, broker }: AccessRoleProps) {
    super(scope, accessRole);
    const permissionsBoundary = new AccessBoundary(this, "Boundary", accessRole, resources);
    const reaches = resources.map(({ id }) => id).join(", ");
    const [first, ...others] = trustStatements(broker);
    if (!first) throw new Error("access roles trust nobody");
    const roles = copiesOf(catalogue, accessRole).map((ref, index) => {
      const role = new Role(this, index === 0 ? "Role" : `Role${index + 1}`, {
        roleName: roleOf(ref, "").name,
        description: `Latchkey: sessions of grants on ${reaches}`.slice(0, 1000),
        assumedBy: new ArnPrincipal(first.Principal.AWS).withConditions(first.Condition ?? {}),
        maxSessionDuration: Duration.hours(1), // a role that assumes a role gets no longer session
        permissionsBoundary,
      });
      role.assumeRolePolicy?.addStatements(...others.map((each) => PolicyStatement.fromJson(each)));
      return role;
    });
    const permissions = new ManagedPolicy(this, "Permissions", {
      managedPolicyName: `latchkey-permissions-${accessRole}`,
      document: fitting(`access role ${accessRole}`, ceilings(resources)),
      roles,
    });
    acknowledgePatterns(permissions, resources);
  }
}
