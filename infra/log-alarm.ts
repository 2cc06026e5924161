import { FilterPattern, type ILogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { LogCode } from "../functions/core/log-events.ts";
import { Alarm, type AlarmProps } from "./alarm.ts";

type Props = Omit<AlarmProps, "metric" | "threshold"> & { logGroup: ILogGroup; code: LogCode };

/** Rings when a function logs a code of the registry: for what it survives by itself and Lambda therefore counts as a success. */
export class LogAlarm extends Construct {
  constructor(scope: Construct, id: string, { logGroup, code, ...alarm }: Props) {
    super(scope, id);
    const filter = new MetricFilter(this, "Filter", {
      logGroup,
      filterPattern: FilterPattern.stringValue("$.code", "=", code),
      metricNamespace: "Latchkey",
      metricName: code,
      metricValue: "1",
    });
    new Alarm(this, "Rings", { ...alarm, metric: filter.metric({ statistic: "Sum" }), threshold: 1 });
  }
}
