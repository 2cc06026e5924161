import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { LogCode } from "../functions/core/log-events.ts";
import { Alarm, type AlarmProps } from "./alarm.ts";
import { logMetric } from "./log-metric.ts";

type Props = Omit<AlarmProps, "metric" | "threshold"> & { logGroup: ILogGroup; code: LogCode };

/** Rings when a function logs a code of the registry: for what it survives by itself and Lambda therefore counts as a success. */
export class LogAlarm extends Construct {
  constructor(scope: Construct, id: string, { logGroup, code, ...alarm }: Props) {
    super(scope, id);
    const metric = logMetric(this, "Filter", { logGroup, code, metric: code });
    new Alarm(this, "Rings", { ...alarm, metric, threshold: 1 });
  }
}
