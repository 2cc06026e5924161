import { existsSync } from "node:fs";
import { Duration } from "aws-cdk-lib";
import {
  Alarm as CloudWatchAlarm,
  ComparisonOperator,
  type Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { projectRoot } from "./function.ts";

export type AlarmProps = {
  metric: Metric;
  /** Rings when the metric is at least this in one minute. */
  threshold: number;
  /** What it means for people: the first thing that somebody reads at night. */
  impact: string;
  /** `docs/runbooks/<runbook>.md`: what to do. Must exist. */
  runbook: string;
  /** For a heartbeat: rings when the metric was under the threshold for so many whole hours, silence included. */
  missedHours?: number;
  /** The alarm's own name, when two share a runbook. */
  name?: string;
  /** Who is told; absent when the deployment has no alarm address. */
  topic: ITopic | undefined;
};

/** An alarm that says what it means and what to do. */
export class Alarm extends Construct {
  readonly alarmName: string;

  constructor(scope: Construct, id: string, props: AlarmProps) {
    super(scope, id);
    const runbook = `docs/runbooks/${props.runbook}.md`;
    if (!existsSync(`${projectRoot}${runbook}`)) throw new Error(`alarm ${id}: ${runbook} does not exist`);
    const beat = props.missedHours;
    this.alarmName = `latchkey-${props.name ?? props.runbook}`;
    const alarm = new CloudWatchAlarm(this, "Alarm", {
      alarmName: this.alarmName,
      alarmDescription: `${props.impact} Runbook: ${runbook}`,
      metric: props.metric.with({ period: beat ? Duration.hours(1) : Duration.minutes(1) }),
      threshold: props.threshold,
      evaluationPeriods: beat ?? 1,
      comparisonOperator: beat
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: beat ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    if (props.topic) alarm.addAlarmAction(new SnsAction(props.topic));
  }
}
