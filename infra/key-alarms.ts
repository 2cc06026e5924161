import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { NAMESPACE } from "../functions/core/metrics.ts";
import { Alarm } from "./alarm.ts";
import { KeyWatch } from "./key-watch.ts";
import { logMetric } from "./log-metric.ts";

type Props = {
  /** What begins the names of this stack's rule and alarms. */
  prefix: "" | "record-";
  keys: readonly IKey[];
  /** Of functions that cannot work without one of them, by the construct's id. */
  users: Record<string, ILogGroup>;
  topic: ITopic | undefined;
};

/** What KMS says of a key that is disabled, or waits for its deletion. https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html */
const UNUSABLE = ["DisabledException", "KMSInvalidStateException", "KMSDisabledException"];

/** A key that nobody may use stops what it protects: told by the call that did it, and by the runs that then fail. */
export class KeyAlarms extends Construct {
  constructor(scope: Construct, id: string, { prefix, keys, users, topic }: Props) {
    super(scope, id);
    new Alarm(this, "Changed", {
      metric: new KeyWatch(this, "Watch", { name: `latchkey-${prefix}key-watch`, keys }).metric,
      threshold: 1,
      impact: "Somebody disabled or changed a key: what it protects can soon be neither made nor read.",
      runbook: "key-disabled",
      name: `${prefix}key-changed`,
      topic,
    });
    for (const [name, logGroup] of Object.entries(users)) {
      const where = { field: "fault", is: UNUSABLE };
      logMetric(this, name, { logGroup, code: "run.failed", metric: `${prefix}key.unusable`, where });
    }
    new Alarm(this, "Unusable", {
      metric: new Metric({
        namespace: NAMESPACE,
        metricName: `${prefix}key.unusable`,
        statistic: "Sum",
      }),
      threshold: 1,
      impact: "KMS refuses a key of Latchkey's: no session, permit or digest is made with it just now.",
      runbook: "key-disabled",
      name: `${prefix}key-disabled`,
      topic,
    });
  }
}
