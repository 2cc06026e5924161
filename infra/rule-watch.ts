import { Duration } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { CfnRule, type CfnRuleProps } from "aws-cdk-lib/aws-events";
import { Construct } from "constructs";

type Props = { name: string; description: string; eventPattern: CfnRuleProps["eventPattern"] };

/**
 * Counts the events that match a pattern: a rule counts without a target.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
export class RuleWatch extends Construct {
  /** How often it matched. */
  readonly metric: Metric;

  constructor(scope: Construct, id: string, { name, description, eventPattern }: Props) {
    super(scope, id);
    new CfnRule(this, "Rule", { name, description, eventPattern, state: "ENABLED" });
    this.metric = new Metric({
      namespace: "AWS/Events",
      metricName: "TriggeredRules",
      dimensionsMap: { RuleName: name },
      statistic: "Sum",
      period: Duration.minutes(1),
    });
  }
}
