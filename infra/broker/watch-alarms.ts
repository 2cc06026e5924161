import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { Alarm } from "../alarm.ts";
import type { Watch } from "../functions/watch.ts";
import { LogAlarm } from "../log-alarm.ts";

type Props = { watch: Watch; topic: ITopic | undefined };

export class WatchAlarms extends Construct {
  constructor(scope: Construct, id: string, { watch, topic }: Props) {
    super(scope, id);
    new LogAlarm(this, "RedFlag", {
      logGroup: watch.logGroup,
      code: "flag.alert",
      impact: "A red flag was raised: something looks like a breach, and may have been stopped already.",
      runbook: "red-flag",
      topic,
    });
    new LogAlarm(this, "NotActed", {
      logGroup: watch.logGroup,
      code: "flag.not_acted",
      impact: "A red flag calls for a stop that could not be made: somebody may still have access.",
      runbook: "flag-failed",
      name: "flag-not-acted",
      access: true,
      topic,
    });
    new Alarm(this, "NotSeen", {
      metric: watch.failures.metricApproximateNumberOfMessagesVisible({ statistic: "Maximum" }),
      threshold: 1,
      impact: "Events were not looked at for red flags: a breach may go unseen until they are.",
      runbook: "flag-failed",
      topic,
    });
  }
}
