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
  /** Rings when the metric is at least this in one period. */
  threshold: number;
  /** What it means for people: the first thing that somebody reads at night. */
  impact: string;
  /** `docs/runbooks/<runbook>.md`: what to do. Must exist. */
  runbook: string;
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
    this.alarmName = `latchkey-${props.name ?? props.runbook}`;
    const alarm = new CloudWatchAlarm(this, "Alarm", {
      alarmName: this.alarmName,
      alarmDescription: `${props.impact} Runbook: ${runbook}`,
      metric: props.metric.with({ period: Duration.minutes(1) }),
      threshold: props.threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (props.topic) alarm.addAlarmAction(new SnsAction(props.topic));
  }
}
