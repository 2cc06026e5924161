import { App, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { describe, expect, it } from "vitest";
import { fitting } from "../../infra/access-roles/fitting.ts";

const stack = new Stack(new App(), "Any");
/** One statement on so many resources, each as long as the next. */
const statement = (count: number) => [
  new PolicyStatement({
    actions: ["sqs:SendMessage"],
    resources: Array.from(
      { length: count },
      (_each, index) =>
        `arn:${stack.partition}:sqs:${stack.region}:${stack.account}:queue-${String(index).padStart(4, "0")}`,
    ),
  }),
];
const PER_RESOURCE = '"arn:aws-us-gov:sqs:ap-southeast-1:123456789012:queue-0000",'.length;

describe("a managed policy", () => {
  it("is measured as it will be in an account, not with CDK's placeholders in it", () => {
    const most = Math.floor((6_144 - 110) / PER_RESOURCE);
    expect(() => fitting("fits", statement(most))).not.toThrow();
    expect(() => fitting("too large", statement(most + 2))).toThrow(/6\d{3} characters, IAM allows 6144/);
  });
});
