import { Duration, Stack } from "aws-cdk-lib";
import { ArnPrincipal, Effect, ManagedPolicy, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { copiesOf } from "../../functions/core/access-role.ts";
import type { Catalogue, Resource } from "../../functions/core/catalogue.ts";
import { names } from "../names.ts";
import { AccessBoundary } from "./boundary.ts";
import { acknowledgePatterns, ceilings } from "./ceiling.ts";
import { fitting } from "./fitting.ts";

/** Session names that the minter makes: `lk.<agent key>.<grant id>.<attempt>`. */
export const SESSION_NAMES = "lk.*";

const iamArn = (scope: Construct, resource: "role" | "policy", resourceName: string): string =>
  Stack.of(scope).formatArn({ service: "iam", region: "", resource, resourceName });

export const boundaryArns = (scope: Construct, catalogue: Catalogue): string[] =>
  [...accessRolesOf(catalogue).keys()].map((id) => iamArn(scope, "policy", names.boundary(id)));

/** The catalogue's access roles with the resources that each reaches, in the catalogue's order. */
export function accessRolesOf(catalogue: Catalogue): Map<string, Resource[]> {
  const roles = new Map<string, Resource[]>();
  for (const resource of catalogue.resources)
    roles.set(resource.accessRole, [...(roles.get(resource.accessRole) ?? []), resource]);
  return roles;
}

export const accessRoleArns = (scope: Construct, catalogue: Catalogue): string[] =>
  [...accessRolesOf(catalogue).keys()].flatMap((id) =>
    copiesOf(catalogue, id).map((name) => iamArn(scope, "role", name)),
  );

export type AccessRoleProps = {
  accessRole: string;
  resources: Resource[];
  externalId: string;
};

/**
 * A role whose sessions, each narrowed to one grant, reach some resources. No path: names survive redeploys. Its
 * permissions are a managed policy, because all inline policies share 10,240 characters, which belong to the deny list.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export class AccessRole extends Construct {
  constructor(scope: Construct, { accessRole, resources, externalId }: AccessRoleProps) {
    super(scope, accessRole);
    const minter = new ArnPrincipal(iamArn(this, "role", names.capability("mint-credentials")));
    const role = new Role(this, "Role", {
      roleName: copiesOf({ accessRoles: undefined }, accessRole)[0] ?? "",
      description: `Latchkey: sessions of grants on ${resources.map(({ id }) => id).join(", ")}`.slice(
        0,
        1000,
      ),
      assumedBy: minter.withConditions({
        StringEquals: { "sts:ExternalId": externalId },
        StringLike: { "sts:RoleSessionName": SESSION_NAMES },
      }),
      maxSessionDuration: Duration.hours(1), // a role that assumes a role gets no longer session
      permissionsBoundary: new AccessBoundary(this, "Boundary", accessRole, resources),
    });
    // Asked for beside AssumeRole, with a context of its own: neither condition above is in it.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
    role.assumeRolePolicy?.addStatements(
      new PolicyStatement({ effect: Effect.ALLOW, actions: ["sts:SetSourceIdentity"], principals: [minter] }),
    );
    const permissions = new ManagedPolicy(this, "Permissions", {
      managedPolicyName: `latchkey-permissions-${accessRole}`,
      document: fitting(`access role ${accessRole}`, ceilings(resources)),
      roles: [role],
    });
    acknowledgePatterns(permissions, resources);
  }
}
