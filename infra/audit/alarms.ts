import { Duration } from "aws-cdk-lib";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { Alarm } from "../alarm.ts";
import type { ExportAudit } from "../functions/export-audit.ts";
import { LogAlarm } from "../log-alarm.ts";
import { logMetric } from "../log-metric.ts";

type Props = { exporter: ExportAudit; failures: Queue; topic: ITopic | undefined };

const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;

/** The stream forgets after 24 h, so each of these rings long before (I-56). */
export class AuditAlarms extends Construct {
  constructor(scope: Construct, id: string, { exporter, failures, topic }: Props) {
    super(scope, id);
    const most = { statistic: "Maximum" };
    new Alarm(this, "ExportFailed", {
      metric: failures.metricApproximateNumberOfMessagesVisible(most),
      threshold: 1,
      impact: "Events were given up on: they are in the table, but missing from the record in S3.",
      runbook: "export-failed",
      topic,
    });
    new Alarm(this, "ExportErrors", {
      metric: exporter.metricErrors({ statistic: "Sum" }),
      threshold: 1,
      impact: "Events cannot be written to the record just now: it falls behind, and is being tried again.",
      runbook: "export-late",
      name: "export-errors",
      topic,
    });
    // A mapping that somebody disabled fails in silence: no run, no error, no age. Each hour has an event, its digest's.
    new Alarm(this, "ExportMissing", {
      metric: exporter.metricInvocations({ statistic: "Sum" }),
      threshold: 1,
      heartbeat: { every: Duration.hours(1), missed: 2 },
      impact: "Nothing was written to the record for two hours: after 24 hours the stream loses events.",
      runbook: "export-late",
      name: "export-missing",
      topic,
    });
    new Alarm(this, "ExportLate", {
      metric: exporter.metric("IteratorAge", most),
      threshold: HOUR_MS,
      impact: "The record in S3 is more than an hour behind; after 24 hours the stream loses events.",
      runbook: "export-late",
      topic,
    });
    new Alarm(this, "ExportStale", {
      metric: logMetric(this, "Freshness", {
        logGroup: exporter.logGroup,
        code: "audit.exported",
        metric: "ExportFreshness",
        field: "oldestMs",
      }),
      threshold: QUARTER_MS,
      impact: "Events took more than a quarter of an hour to reach the record: queries lag behind.",
      runbook: "export-late",
      name: "export-stale",
      topic,
    });
    new LogAlarm(this, "ExportQuarantined", {
      logGroup: exporter.logGroup,
      code: "audit.quarantined",
      impact:
        "A record could not be read as an event: it is kept under quarantine/, and missing from queries.",
      runbook: "export-quarantined",
      topic,
    });
  }
}
