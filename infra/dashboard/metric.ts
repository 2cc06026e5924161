import { Duration } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { Capability } from "../../functions/core/capabilities.ts";
import { type MetricName, metricOf, NAMESPACE, SERVICE } from "../../functions/core/metrics.ts";
import { names, STAGE } from "../names.ts";

type Look = { statistic: string; label?: string; minutes?: number };

/** A metric of our own, for one value of its dimension where it has one. */
export function own(name: MetricName, { statistic, label = name, minutes = 5 }: Look, of?: string): Metric {
  const { from, dimension } = metricOf(name);
  if ((dimension === undefined) !== (of === undefined))
    throw new Error(`${name}: which value of its dimension?`);
  return new Metric({
    namespace: NAMESPACE,
    metricName: name,
    // Filters over logs give no dimensions; Powertools gives the service's.
    dimensionsMap: {
      ...(from === "log" ? {} : { [SERVICE.name]: SERVICE.value }),
      ...(dimension && of ? { [dimension.name]: of } : {}),
    },
    statistic,
    label,
    period: Duration.minutes(minutes),
  });
}

/** Counts for each value of a metric's dimension. */
export const each = (name: MetricName, minutes?: number): Metric[] =>
  (metricOf(name).dimension?.values ?? []).map((value) =>
    own(
      name,
      { statistic: "Sum", label: value.replaceAll("_", " "), ...(minutes ? { minutes } : {}) },
      value,
    ),
  );

const aws = (
  namespace: string,
  metricName: string,
  dimensionsMap: Record<string, string>,
  look: Look,
): Metric =>
  new Metric({
    namespace,
    metricName,
    dimensionsMap,
    statistic: look.statistic,
    label: look.label ?? metricName,
    period: Duration.minutes(look.minutes ?? 5),
  });

// Resources of the other stack are named, not referred to: a reference would tie the stacks to each other's updates.
/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export const ofFunction = (
  capability: Capability,
  metric: "Errors" | "Throttles" | "IteratorAge",
  statistic: string,
) =>
  aws("AWS/Lambda", metric, { FunctionName: names.capability(capability) }, { statistic, label: capability });

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html */
export const ofApi = (
  api: "signed" | "approval",
  metric: "Count" | "4XXError" | "5XXError" | "Latency",
  statistic: string,
) =>
  aws(
    "AWS/ApiGateway",
    metric,
    { ApiName: `latchkey-${api}`, Stage: STAGE },
    { statistic, label: `${api} ${metric}${statistic.startsWith("p") ? ` ${statistic}` : ""}` },
  );

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
export const ofQueue = (
  queue: string,
  metric: "ApproximateNumberOfMessagesVisible" | "ApproximateAgeOfOldestMessage",
) => aws("AWS/SQS", metric, { QueueName: queue }, { statistic: "Maximum", label: queue });
