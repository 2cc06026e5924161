import { AlarmRule, AlarmState, CompositeAlarm } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { Alarm } from "../alarm.ts";
import { names } from "../names.ts";

type Props = { topic: ITopic | undefined };

/**
 * The one alarm to look at first: rings while any alarm of this stack does that says `access`. By itself it says nothing
 * that those do not; it is what wakes somebody, where the others may wait for the morning.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html
 */
export class AccessAtRisk extends Construct {
  constructor(scope: Construct, id: string, { topic }: Props) {
    super(scope, id);
    const parts = scope.node
      .findAll()
      .flatMap((each) => (each instanceof Alarm && each.access ? [each.alarm] : []));
    const composite = new CompositeAlarm(this, "Alarm", {
      compositeAlarmName: names.accessAtRisk,
      alarmDescription:
        "People may have access that they should not: a stop is not in force, or nobody watches. Runbook: docs/runbooks/access-at-risk.md",
      alarmRule: AlarmRule.anyOf(...parts.map((part) => AlarmRule.fromAlarm(part, AlarmState.ALARM))),
    });
    if (topic) composite.addAlarmAction(new SnsAction(topic));
  }
}
