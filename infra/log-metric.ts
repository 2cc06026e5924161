import type { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, type ILogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { LogCode } from "../functions/core/log-events.ts";
import { type MetricName, NAMESPACE } from "../functions/core/metrics.ts";

/** Names of metrics of lines with a certain fault. */
type Derived = "iam.throttled" | "sts.throttled" | `${"" | "record-"}key.unusable`;

type Props = {
  logGroup: ILogGroup;
  code: LogCode;
  metric: MetricName | LogCode | Derived;
  /** The field of the line that has the value; without it each line counts one. */
  field?: string;
  /** Only lines in which this field is one of these texts; `*` stands for anything at the end of one. */
  where?: { field: string; is: readonly string[] };
};

/** A metric of lines of a log: one of the registry, or called as the lines are. A line without the field makes none. */
export function logMetric(
  scope: Construct,
  id: string,
  { logGroup, code, metric, field, where }: Props,
): Metric {
  const coded = FilterPattern.stringValue("$.code", "=", code);
  const only = [
    ...(field ? [FilterPattern.numberValue(`$.${field}`, ">=", 0)] : []),
    ...(where
      ? [
          FilterPattern.any(
            ...where.is.map((text) => FilterPattern.stringValue(`$.${where.field}`, "=", text)),
          ),
        ]
      : []),
  ];
  const filter = new MetricFilter(scope, id, {
    logGroup,
    filterPattern: only.length > 0 ? FilterPattern.all(coded, ...only) : coded,
    metricNamespace: NAMESPACE,
    metricName: metric,
    metricValue: field ? `$.${field}` : "1",
  });
  return filter.metric({ statistic: field ? "Maximum" : "Sum" });
}
