import { Duration } from "aws-cdk-lib";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { Alarm } from "../alarm.ts";
import type { Notify } from "../functions/notify.ts";
import type { PublishEvents } from "../functions/publish-events.ts";
import type { Sweep } from "../functions/sweep.ts";
import { LogAlarm } from "../log-alarm.ts";

type Props = { publisher: PublishEvents; notifier: Notify; sweep: Sweep; topic: ITopic | undefined };

const TEN_MINUTES_MS = 600_000;

/** Nothing here can open or keep open any access: what suffers is who hears of it, and when an agent may ask again. */
export class BusAlarms extends Construct {
  constructor(scope: Construct, id: string, { publisher, notifier, sweep, topic }: Props) {
    super(scope, id);
    const most = { statistic: "Maximum" };
    new LogAlarm(this, "EventsParked", {
      logGroup: sweep.logGroup,
      code: "events.not_published",
      impact:
        "Events have waited for the bus for ten minutes: Slack and other readers have not heard of them.",
      runbook: "events-parked",
      topic,
    });
    new Alarm(this, "EventsLate", {
      metric: publisher.metric("IteratorAge", most),
      threshold: TEN_MINUTES_MS,
      impact: "Quotas come down ten minutes late, so that agents are refused; notices are late as well.",
      runbook: "events-late",
      topic,
    });
    // As of the exporter: nobody else would notice that it is not run at all.
    new Alarm(this, "PublishMissing", {
      metric: publisher.metricInvocations({ statistic: "Sum" }),
      threshold: 1,
      heartbeat: { every: Duration.hours(1), missed: 2 },
      impact: "No event was handed on for two hours: quotas are not lowered, and nobody hears of anything.",
      runbook: "events-late",
      name: "publish-missing",
      topic,
    });
    new Alarm(this, "PublishErrors", {
      metric: publisher.metricErrors({ statistic: "Sum" }),
      threshold: 1,
      impact: "Events cannot be handed on just now: quotas and notices are late, and are being tried again.",
      runbook: "events-late",
      name: "publish-errors",
      topic,
    });
    new LogAlarm(this, "QuotaNotLowered", {
      logGroup: publisher.logGroup,
      code: "quota.not_lowered",
      impact: "A closed grant still counts as open: its agent may be refused for having too many.",
      runbook: "events-late",
      name: "quota-not-lowered",
      topic,
    });
    new Alarm(this, "NotifyFailed", {
      metric: notifier.failures.metricApproximateNumberOfMessagesVisible(most),
      threshold: 1,
      impact: "People were not told of something in their channel; grants and mails are not affected.",
      runbook: "notify-failed",
      topic,
    });
  }
}
