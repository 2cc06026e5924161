import type { Duration } from "aws-cdk-lib";
import { Rule, type RuleProps } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Alias, CfnEventInvokeConfig, type IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";

type Props = { rule: RuleProps; failures: IQueue; maxEventAge: Duration };

/**
 * Runs a function on the events of a rule. Two ways to fail: the run (Lambda tries twice more, then names it in
 * `failures`), and reaching it at all (the rule's).
 */
export function runOn(target: IFunction, id: string, { rule, failures, maxEventAge }: Props): void {
  // One for a function, however many rules run it.
  if (!target.node.tryFindChild("Retries"))
    new CfnEventInvokeConfig(target, "Retries", {
      functionName: target instanceof Alias ? target.lambda.functionName : target.functionName,
      qualifier: target instanceof Alias ? target.aliasName : "$LATEST",
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: maxEventAge.toSeconds(),
      destinationConfig: { onFailure: { destination: failures.queueArn } },
    });
  const reached = new LambdaFunction(target, { maxEventAge, retryAttempts: 20, deadLetterQueue: failures });
  new Rule(target, id, { ...rule, targets: [reached] });
}
