import { Duration } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { CfnRule } from "aws-cdk-lib/aws-events";
import { Construct } from "constructs";
import { names } from "../names.ts";

/** Calls that end or narrow what a trail records. Each names its trail, by name or by ARN, as `name` or `trailName`. */
const CALLS = ["StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors"];

/**
 * Counts calls that change the trail, a deploy's own included: somebody should know of each. CloudTrail tells of its own
 * calls as of any other's, in the trail's home region.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-cloudtrail.html
 */
export class TrailWatch extends Construct {
  /** How often it matched. A rule counts without a target. */
  readonly metric: Metric;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const ours = [names.trail, { suffix: `:trail/${names.trail}` }];
    const rule = new CfnRule(this, "Rule", {
      name: names.trailWatch,
      description: "Latchkey: the trail of what minted sessions call was changed or stopped",
      eventPattern: {
        source: ["aws.cloudtrail"],
        "detail-type": ["AWS API Call via CloudTrail"],
        detail: {
          eventSource: ["cloudtrail.amazonaws.com"],
          eventName: CALLS,
          $or: [{ requestParameters: { name: ours } }, { requestParameters: { trailName: ours } }],
        },
      },
      state: "ENABLED",
    });
    this.metric = new Metric({
      namespace: "AWS/Events",
      metricName: "TriggeredRules",
      dimensionsMap: { RuleName: rule.name ?? names.trailWatch },
      statistic: "Sum",
      period: Duration.minutes(1),
    });
  }
}
