import { Stack, Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Accepts one finding of cdk-nag on one construct (and below). The reason is for whoever reviews it next year. */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}

/** Accepts one wildcard in the permissions of a role: this ARN pattern and no other. */
export function acknowledgeWildcard(construct: IConstruct, arn: string, reason: string): void {
  const shown = asNagShows(Stack.of(construct).resolve(arn));
  acknowledge(construct, `AwsSolutions-IAM5[Resource::${shown}]`, reason);
}

/** cdk-nag writes references as `<LogicalId>` and `<LogicalId.Attribute>`. */
function asNagShows(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const [[name, content] = []] = Object.entries(value);
  if (name === "Fn::Join" && Array.isArray(content) && Array.isArray(content[1]))
    return content[1].map(asNagShows).join(String(content[0]));
  if (name === "Fn::GetAtt" && Array.isArray(content)) return `<${content.join(".")}>`;
  return `<${String(content)}>`;
}
