import type { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, type ILogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { LogCode } from "../functions/core/log-events.ts";
import { type MetricName, NAMESPACE } from "../functions/core/metrics.ts";

type Props = {
  logGroup: ILogGroup;
  code: LogCode;
  metric: MetricName | LogCode;
  /** The field of the line that has the value; without it each line counts one. */
  field?: string;
};

/** A metric of lines of a log: one of the registry, or called as the lines are. A line without the field makes none. */
export function logMetric(scope: Construct, id: string, { logGroup, code, metric, field }: Props): Metric {
  const coded = FilterPattern.stringValue("$.code", "=", code);
  const filter = new MetricFilter(scope, id, {
    logGroup,
    filterPattern: field ? FilterPattern.all(coded, FilterPattern.numberValue(`$.${field}`, ">=", 0)) : coded,
    metricNamespace: NAMESPACE,
    metricName: metric,
    metricValue: field ? `$.${field}` : "1",
  });
  return filter.metric({ statistic: field ? "Maximum" : "Sum" });
}
