import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";

export type Conditions = Record<string, Record<string, unknown>>;

/** One Allow. Actions and resources are always spelled out: `test/infra/permissions.test.ts` lists every exception. */
export function allow(actions: string[], resources: string[], conditions: Conditions = {}): PolicyStatement {
  return new PolicyStatement({ effect: Effect.ALLOW, actions, resources, conditions });
}
