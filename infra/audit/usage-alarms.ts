import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { Alarm } from "../alarm.ts";
import type { ImportUsage } from "../functions/import-usage.ts";
import { LogAlarm } from "../log-alarm.ts";
import { TrailWatch } from "./trail-watch.ts";

type Props = { importer: ImportUsage; topic: ITopic | undefined };

/** Nothing here changes what anybody may do: what suffers is what can be said of it afterwards. */
export class UsageAlarms extends Construct {
  constructor(scope: Construct, id: string, { importer, topic }: Props) {
    super(scope, id);
    new Alarm(this, "ImportFailed", {
      metric: importer.failures.metricApproximateNumberOfMessagesVisible({ statistic: "Maximum" }),
      threshold: 1,
      impact: "A file of CloudTrail was not imported: what grants were used for is missing from queries.",
      runbook: "usage-failed",
      topic,
    });
    for (const [part, code] of [
      ["File", "usage.file_unreadable"],
      ["Record", "usage.record_unreadable"],
    ] as const)
      new LogAlarm(this, `${part}Unreadable`, {
        logGroup: importer.logGroup,
        code,
        impact: `A ${part.toLowerCase()} of CloudTrail could not be read: uses of grants may be missing from queries.`,
        runbook: "usage-unreadable",
        name: `usage-${part.toLowerCase()}-unreadable`,
        topic,
      });
    new Alarm(this, "TrailChanged", {
      metric: new TrailWatch(this, "TrailWatch").metric,
      threshold: 1,
      impact: "Somebody stopped, changed or deleted the trail: calls of minted sessions may go unrecorded.",
      runbook: "usage-trail-changed",
      topic,
    });
  }
}
