import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";
import type { Resource } from "../../functions/core/catalogue.ts";
import { ceilingOf } from "../../functions/core/kinds/registry.ts";
import { acknowledgeWildcard } from "../acknowledged.ts";

/** Everything that any grant on these resources may be. Reading and listing both list: what is there twice is once. */
export function ceilings(resources: Resource[]): PolicyStatement[] {
  const statements = resources.flatMap(({ kind, accesses, ...where }) => ceilingOf(kind, where, accesses));
  const once = new Map(statements.map((statement) => [JSON.stringify(statement), statement]));
  return [...once.values()].map((statement) => PolicyStatement.fromJson(statement));
}

/** Each ARN pattern of the catalogue is accepted by itself, so that any other is found. */
export function acknowledgePatterns(construct: IConstruct, resources: Resource[]): void {
  for (const { id, kind, accesses, ...where } of resources)
    for (const pattern of ceilingOf(kind, where, accesses).flatMap((statement) => statement.Resource))
      if (pattern.includes("*"))
        acknowledgeWildcard(construct, pattern, `The catalogue's resource ${id}; sessions are narrower.`);
}
