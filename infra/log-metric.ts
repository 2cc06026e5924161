import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, type ILogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { LogCode } from "../functions/core/log-events.ts";
import { type MetricName, NAMESPACE } from "../functions/core/metrics.ts";

type Props = {
  logGroup: ILogGroup;
  code: LogCode;
  metric: MetricName;
  /** The field of the line that is the value, such as `$.ageMs`; absent: each line counts one. */
  value?: string;
};

/** A metric of the registry that is made of a function's log lines. */
export class LogMetric extends Construct {
  readonly metric: Metric;

  constructor(scope: Construct, id: string, { logGroup, code, metric, value = "1" }: Props) {
    super(scope, id);
    new MetricFilter(this, "Filter", {
      logGroup,
      filterPattern: FilterPattern.stringValue("$.code", "=", code),
      metricNamespace: NAMESPACE,
      metricName: metric,
      metricValue: value,
    });
    this.metric = new Metric({ namespace: NAMESPACE, metricName: metric, statistic: "Sum" });
  }
}
