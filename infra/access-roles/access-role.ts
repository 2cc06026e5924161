import { Duration, Stack } from "aws-cdk-lib";
import { ArnPrincipal, Effect, ManagedPolicy, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import { Construct, type IConstruct } from "constructs";
import { accessRoleName, type Catalogue, type Resource } from "../../functions/core/catalogue.ts";
import { ceilingOf } from "../../functions/core/kinds/registry.ts";
import { acknowledgeWildcard } from "../acknowledged.ts";
import { names } from "../names.ts";
import { fitting } from "./fitting.ts";

/** Session names that the minter makes: `lk.<agent key>.<grant id>.<attempt>`. */
export const SESSION_NAMES = "lk.*";

const iamArn = (scope: Construct, resource: "role" | "policy", resourceName: string): string =>
  Stack.of(scope).formatArn({ service: "iam", region: "", resource, resourceName });

export const boundaryArn = (scope: Construct): string => iamArn(scope, "policy", names.boundary);

/** The catalogue's access roles with the resources that each reaches, in the catalogue's order. */
export function accessRolesOf(catalogue: Catalogue): Map<string, Resource[]> {
  const roles = new Map<string, Resource[]>();
  for (const resource of catalogue.resources)
    roles.set(resource.accessRole, [...(roles.get(resource.accessRole) ?? []), resource]);
  return roles;
}

export const accessRoleArns = (scope: Construct, catalogue: Catalogue): string[] =>
  [...accessRolesOf(catalogue).keys()].map((name) => iamArn(scope, "role", accessRoleName(name)));

/** Everything that any grant on these resources may be. Reading and listing both list: what is there twice is once. */
export function ceilings(resources: Resource[]): PolicyStatement[] {
  const statements = resources.flatMap(({ kind, arn, accesses }) => ceilingOf(kind, { arn }, accesses));
  const once = new Map(statements.map((statement) => [JSON.stringify(statement), statement]));
  return [...once.values()].map((statement) => PolicyStatement.fromJson(statement));
}

/** Each ARN pattern of the catalogue is accepted by itself, so that any other is found. */
export function acknowledgePatterns(construct: IConstruct, resources: Resource[]): void {
  for (const { id, kind, arn, accesses } of resources)
    for (const pattern of ceilingOf(kind, { arn }, accesses).flatMap((statement) => statement.Resource))
      if (pattern.includes("*"))
        acknowledgeWildcard(construct, pattern, `The catalogue's resource ${id}; sessions are narrower.`);
}

export type AccessRoleProps = {
  accessRole: string;
  resources: Resource[];
  externalId: string;
  boundary: ManagedPolicy;
};

/**
 * A role whose sessions, each narrowed to one grant, reach some resources. No path: names survive redeploys. Its
 * permissions are a managed policy, because all inline policies share 10,240 characters, which belong to the deny list.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export class AccessRole extends Construct {
  constructor(scope: Construct, { accessRole, resources, externalId, boundary }: AccessRoleProps) {
    super(scope, accessRole);
    const minter = new ArnPrincipal(iamArn(this, "role", names.capability("mint-credentials")));
    const role = new Role(this, "Role", {
      roleName: accessRoleName(accessRole),
      description: `Latchkey: sessions of grants on ${resources.map(({ id }) => id).join(", ")}`.slice(
        0,
        1000,
      ),
      assumedBy: minter.withConditions({
        StringEquals: { "sts:ExternalId": externalId },
        StringLike: { "sts:RoleSessionName": SESSION_NAMES },
      }),
      maxSessionDuration: Duration.hours(1), // a role that assumes a role gets no longer session
      permissionsBoundary: boundary,
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
