import { namedIn } from "../infra/alarms-doc.ts";
import { list, only, resourcesOf, shown, type Templates } from "../infra/templates.ts";
import type { MetricRef } from "./cloudwatch.ts";
import { filterOf } from "./filter-pattern.ts";

export type Alarm = {
  name: string;
  metric: MetricRef;
  statistic: string;
  periodMs: number;
  periods: number;
  breaches: (value: number) => boolean;
  whenMissing: boolean;
};
type Filter = {
  capability: string;
  matches: (line: Record<string, unknown>) => boolean;
  metric: MetricRef;
  valueOf: (line: Record<string, unknown>) => number;
};
/** A single number of the dashboard. */
type Figure = { title: string; metric: MetricRef; statistic: string; periodMs: number };
export type Watched = {
  alarms: Alarm[];
  composites: { name: string; parts: string[] }[];
  filters: Filter[];
  figures: Figure[];
};

/** What a reference in a template is called in an account. */
function nameIn(templates: Templates, stack: string, value: unknown): string {
  const [, id = ""] = /^<(\w+)(?:\.\w+)?>$/.exec(shown(value)) ?? [];
  const { Type, Properties = {} } = templates[stack]?.Resources[id] ?? {};
  const { FunctionName, QueueName, TableName, StateMachineName, LogGroupName } = Properties;
  return Type === undefined
    ? shown(value)
    : String(FunctionName ?? QueueName ?? TableName ?? StateMachineName ?? LogGroupName ?? id);
}

const COMPARISONS: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};

function alarmsIn(templates: Templates): Alarm[] {
  return resourcesOf(templates, "AWS::CloudWatch::Alarm").map(({ stack, Properties: p }) => {
    const compare = COMPARISONS[p.ComparisonOperator];
    const missing = { breaching: true, notBreaching: false }[String(p.TreatMissingData)];
    if (!compare || missing === undefined || p.DatapointsToAlarm !== undefined)
      throw new Error(`${p.AlarmName} is evaluated in a way that the game day does not know`);
    const dimensions = list(p.Dimensions as { Name: string; Value: unknown }[]).map(
      ({ Name, Value }) => [Name, nameIn(templates, stack, Value)] as const,
    );
    return {
      name: p.AlarmName,
      metric: { namespace: p.Namespace, name: p.MetricName, dimensions: Object.fromEntries(dimensions) },
      statistic: p.Statistic,
      periodMs: p.Period * 1000,
      periods: p.EvaluationPeriods,
      breaches: (value: number) => compare(value, p.Threshold),
      whenMissing: missing,
    };
  });
}

function filtersIn(templates: Templates): Filter[] {
  return resourcesOf(templates, "AWS::Logs::MetricFilter").map(({ stack, Properties: p }) => {
    const [{ MetricNamespace, MetricName, MetricValue }] = p.MetricTransformations;
    const group = nameIn(templates, stack, p.LogGroupName);
    return {
      capability: group.replace("/aws/lambda/latchkey-", ""),
      matches: filterOf(p.FilterPattern),
      metric: { namespace: MetricNamespace, name: MetricName, dimensions: {} },
      valueOf: (line) =>
        Number(String(MetricValue).startsWith("$.") ? line[MetricValue.slice(2)] : MetricValue),
    };
  });
}

type Widget = {
  properties: { view?: string; title: string; metrics: [string, string, ...(string | Look)[]][] };
};
type Look = { stat: string; period: number };

function figuresIn(templates: Templates): Figure[] {
  const { Properties } = only(templates, "LatchkeyAudit", "AWS::CloudWatch::Dashboard");
  const { widgets } = JSON.parse(shown(Properties.DashboardBody)) as { widgets: Widget[] };
  return widgets.flatMap(({ properties: { view, title, metrics } }) => {
    if (view !== "singleValue") return [];
    const [row] = metrics;
    const [namespace = "", name = "", ...pairs] =
      row?.filter((each): each is string => typeof each === "string") ?? [];
    const look = row?.find((each): each is Look => typeof each === "object");
    const dimensions: Record<string, string> = {};
    for (let at = 0; at + 1 < pairs.length; at += 2) dimensions[pairs[at] ?? ""] = pairs[at + 1] ?? "";
    const { stat = "Average", period = 300 } = look ?? {};
    return [{ title, metric: { namespace, name, dimensions }, statistic: stat, periodMs: period * 1000 }];
  });
}

/** What the synthesised templates watch: alarms, the filters that make metrics of logs, the dashboard's numbers. */
export function watchedBy(templates: Templates): Watched {
  const nameOf = new Map(
    resourcesOf(templates, "AWS::CloudWatch::Alarm").map(({ id, Properties }) => [id, Properties.AlarmName]),
  );
  const composites = resourcesOf(templates, "AWS::CloudWatch::CompositeAlarm").map(({ Properties }) => ({
    name: Properties.AlarmName,
    parts: namedIn(Properties.AlarmRule).map((id) => String(nameOf.get(id))),
  }));
  return {
    alarms: alarmsIn(templates),
    composites,
    filters: filtersIn(templates),
    figures: figuresIn(templates),
  };
}
