import { ArnFormat, Stack } from "aws-cdk-lib";
import { Alarm, AlarmStatusWidget, Dashboard, PeriodOverride } from "aws-cdk-lib/aws-cloudwatch";
import { Construct, type IConstruct } from "constructs";
import { Alarm as OurAlarm } from "../alarm.ts";
import { targetOf } from "../local.ts";
import { names } from "../names.ts";
import { rows } from "./widgets.ts";

/** The names of all alarms below some constructs, in the order in which they were made. */
const alarmNames = (scopes: readonly IConstruct[]): string[] =>
  scopes
    .flatMap((scope) => scope.node.findAll())
    .flatMap((construct) => (construct instanceof OurAlarm ? [construct.alarmName] : []));

/**
 * One page for operators and security: every alarm's state, then what is going on. Alarms of other stacks are taken by
 * name, so that no stack holds on to another.
 */
export class LatchkeyDashboard extends Construct {
  constructor(scope: Construct, id: string, { alarmsOf }: { alarmsOf: readonly IConstruct[] }) {
    super(scope, id);
    const arnOf = (name: string) =>
      Stack.of(this).formatArn({
        service: "cloudwatch",
        resource: "alarm",
        resourceName: name,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    const first = targetOf(this).compositeAlarms ? [names.accessAtRisk] : [];
    const alarms = [...first, ...alarmNames(alarmsOf)].map((name) =>
      Alarm.fromAlarmArn(this, name, arnOf(name)),
    );
    const states = new AlarmStatusWidget({
      title: "Alarms: each has a runbook",
      alarms,
      width: 24,
      height: 5,
    });
    new Dashboard(this, "Dashboard", {
      dashboardName: names.dashboard,
      periodOverride: PeriodOverride.INHERIT,
      widgets: [[states], ...rows.map((row) => [...row])],
    });
  }
}
