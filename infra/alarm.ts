import { existsSync } from "node:fs";
import { Duration } from "aws-cdk-lib";
import {
  Alarm as CloudWatchAlarm,
  ComparisonOperator,
  Metric,
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
  /** How long metrics are gathered; a minute, where nothing is said. Longer: it rings as soon, and on through the pauses of what is tried again. */
  every?: Duration;
  /** For a heartbeat: rings when the metric was under the threshold for so many whole beats, silence included. */
  heartbeat?: { every: Duration; missed: number };
  /** People may have access that they should not, while this rings: see `AccessAtRisk`. */
  access?: true;
  /** The alarm's own name, when two share a runbook. */
  name?: string;
  /** Who is told; absent when the deployment has no alarm address. */
  topic: ITopic | undefined;
};

/** Longer than what failed waits until it is tried again (five minutes for mails, six for deny lists): one ring, not ten. */
export const WHILE_TRIED_AGAIN = Duration.minutes(10);

/** An alarm that says what it means and what to do. */
export class Alarm extends Construct {
  readonly alarmName: string;
  readonly alarm: CloudWatchAlarm;
  readonly access: boolean;

  constructor(scope: Construct, id: string, props: AlarmProps) {
    super(scope, id);
    const runbook = `docs/runbooks/${props.runbook}.md`;
    if (!existsSync(`${projectRoot}${runbook}`)) throw new Error(`alarm ${id}: ${runbook} does not exist`);
    const { heartbeat: beat } = props;
    this.access = props.access ?? false;
    this.alarmName = `latchkey-${props.name ?? props.runbook}`;
    this.alarm = new CloudWatchAlarm(this, "Alarm", {
      alarmName: this.alarmName,
      alarmDescription: `${props.impact} Runbook: ${runbook}`,
      // Without the label that a dashboard's has: with one, CloudFormation is given an expression, which the local AWS refuses.
      metric: new Metric({
        namespace: props.metric.namespace,
        metricName: props.metric.metricName,
        ...(props.metric.dimensions ? { dimensionsMap: props.metric.dimensions } : {}),
        statistic: props.metric.statistic,
        period: beat?.every ?? props.every ?? Duration.minutes(1),
      }),
      threshold: props.threshold,
      evaluationPeriods: beat?.missed ?? 1,
      comparisonOperator: beat
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: beat ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    if (props.topic) this.alarm.addAlarmAction(new SnsAction(props.topic));
  }
}
