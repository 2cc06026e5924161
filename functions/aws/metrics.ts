import { Metrics } from "@aws-lambda-powertools/metrics";
import { type Measure, metricOf, NAMESPACE, SERVICE } from "../core/metrics.ts";

/** Gives values to CloudWatch, as lines of the function's log: no call, nothing that can fail a run. */
export type Emit = (measures: readonly Measure[]) => void;

/** Values that share a dimension's value share a line. */
function byDimension(measures: readonly Measure[]): Map<string, Measure[]> {
  const lines = new Map<string, Measure[]>();
  for (const measure of measures) {
    const { dimension } = metricOf(measure.metric);
    const line = dimension ? `${dimension.name}=${measure.of}` : "";
    lines.set(line, [...(lines.get(line) ?? []), measure]);
  }
  return lines;
}

/**
 * Embedded Metric Format: CloudWatch makes metrics of these lines when it takes in the log. The local AWS does not.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function openMetrics(): Emit {
  const metrics = new Metrics({ namespace: NAMESPACE, serviceName: SERVICE.value });
  return (measures) => {
    for (const line of byDimension(measures).values()) {
      const [first] = line;
      const dimension = first && metricOf(first.metric).dimension;
      if (dimension && first.of !== undefined) metrics.addDimension(dimension.name, first.of);
      for (const { metric, value } of line) metrics.addMetric(metric, metricOf(metric).unit, value);
      metrics.publishStoredMetrics();
    }
  };
}
