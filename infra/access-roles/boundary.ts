import { Stack } from "aws-cdk-lib";
import { Effect, ManagedPolicy, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Construct } from "constructs";
import type { Resource } from "../../functions/core/catalogue.ts";
import { names } from "../names.ts";
import { acknowledgePatterns, ceilings } from "./ceiling.ts";
import { fitting } from "./fitting.ts";

const deny = (actions: string[], resources: string[], conditions = {}) =>
  new PolicyStatement({ effect: Effect.DENY, actions, resources, conditions });

/** Latchkey's own resources, by their fixed names and patterns. */
function ourOwn(scope: Construct): string[] {
  const arn = (service: string, resource: string) =>
    `arn:${Stack.of(scope).partition}:${service}:*:*:${resource}`;
  const buckets = ["latchkey-audit-*", "latchkey-masked-results-*"].map(
    (name) => `arn:${Stack.of(scope).partition}:s3:::${name}`,
  );
  return [
    arn("dynamodb", `table/${names.table}`),
    arn("dynamodb", `table/${names.table}/*`),
    ...buckets,
    arn("lambda", "function:latchkey-*"),
    arn("sqs", "latchkey-*"),
    arn("states", "*:latchkey-*"),
    arn("events", `event-bus/${names.bus}`),
    arn("events", `rule/${names.bus}/*`),
    arn("secretsmanager", "secret:latchkey/*"),
    arn("athena", `workgroup/${names.workgroup}`),
    arn("athena", `workgroup/${names.maskedWorkgroup}`),
  ];
}

/**
 * What an access role cannot exceed, whatever else is ever attached to it: the catalogue's actions on the role's resources, never
 * IAM, never another role, never the broker's own (I-36). `revoke-access` may write only on roles that carry it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export class AccessBoundary extends ManagedPolicy {
  constructor(scope: Construct, id: string, accessRole: string, resources: Resource[]) {
    super(scope, id, {
      managedPolicyName: names.boundary(accessRole),
      description: `Latchkey: the ceiling of access role ${accessRole}`,
      document: fitting(`the permissions boundary of access role ${accessRole}`, [
        ...ceilings(resources),
        deny(["iam:*", "sts:AssumeRole*"], ["*"]),
        deny(["*"], ourOwn(scope)),
        // Keys have no names; their aliases do.
        // https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
        deny(["kms:*"], ["*"], { "ForAnyValue:StringLike": { "kms:ResourceAliases": "alias/latchkey-*" } }),
      ]),
    });
    acknowledgePatterns(this, resources);
  }
}
