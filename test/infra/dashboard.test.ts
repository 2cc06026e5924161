import { describe, expect, it } from "vitest";
import { type MetricName, metricOf, metrics } from "../../functions/core/metrics.ts";
import { list, only, resourcesOf, shown, synthesize } from "./templates.ts";

const templates = synthesize();
const { Properties } = only(templates, "LatchkeyAudit", "AWS::CloudWatch::Dashboard");
type Widget = {
  type: string;
  width: number;
  x: number;
  properties: { title?: string; markdown?: string; alarms?: string[]; metrics?: unknown[][] };
};
const body = JSON.parse(shown(Properties.DashboardBody)) as { widgets: Widget[] };

type Shown = { namespace: string; name: string; dimensions: Record<string, string> };
/** Metrics of a widget: namespace, name, then names and values of dimensions, then options. CloudFormation tokens are resolved. */
const metricsOf = ({ properties }: Widget): Shown[] =>
  (properties.metrics ?? []).map((row) => {
    const texts = row.filter((each): each is string => typeof each === "string");
    const [namespace = "", name = "", ...pairs] = texts;
    const dimensions: Record<string, string> = {};
    for (let at = 0; at + 1 < pairs.length; at += 2) dimensions[pairs[at] ?? ""] = pairs[at + 1] ?? "";
    return { namespace, name, dimensions };
  });
const all = body.widgets.flatMap(metricsOf);
const filters = resourcesOf(templates, "AWS::Logs::MetricFilter").flatMap(({ Properties: filter }) =>
  filter.MetricTransformations.map(({ MetricName: name }: { MetricName: string }) => name),
);

describe("the dashboard", () => {
  it("shows what operators and security ask first", () => {
    const titles = body.widgets.map(({ properties }) => properties.title ?? "").join("\n");
    for (const wanted of [
      /^Alarms/m,
      /Asks, by what policy said/,
      /Decisions/,
      /Waiting for people/,
      /Longest wait/,
      /Live grants/,
      /closed, by cause/,
      /Revoke latency/,
      /repairs/,
      /Event to record/,
      /refused/i,
      /Digests signed/,
    ])
      expect(titles).toMatch(wanted);
  });

  it("shows the state of every alarm that there is", () => {
    const alarms = ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"].flatMap((type) =>
      resourcesOf(templates, type).map(({ Properties: { AlarmName } }) => AlarmName),
    );
    const [states] = body.widgets.filter(({ type }) => type === "alarm");
    const shownAlarms = states?.properties.alarms?.map((arn) => arn.split(":alarm:")[1]);
    expect(shownAlarms?.[0], "the one to look at first").toBe("latchkey-access-at-risk");
    expect(shownAlarms?.sort()).toEqual(alarms.sort());
  });

  it("names no metric of ours that nothing gives, and none that gives is left out", () => {
    const ours = all.filter(({ namespace }) => namespace === "Latchkey");
    expect(new Set(ours.map(({ name }) => name))).toEqual(new Set(Object.keys(metrics)));
    for (const { name, dimensions } of ours) {
      const { from, dimension } = metricOf(name as MetricName);
      const expected = { ...(from === "log" ? {} : { service: "latchkey" }) };
      const { [dimension?.name ?? ""]: value, ...others } = dimensions;
      expect(others, name).toEqual(expected);
      if (dimension) expect(dimension.values, name).toContain(value);
    }
  });

  it("shows each value of each dimension, so that nothing is counted where nobody looks", () => {
    for (const [name, { dimension }] of Object.entries(metrics).map(
      ([key]) => [key, metricOf(key as MetricName)] as const,
    )) {
      const values = all
        .filter((each) => each.name === name)
        .map((each) => each.dimensions[dimension?.name ?? ""]);
      if (dimension) expect(values.sort(), name).toEqual([...dimension.values].sort());
    }
  });

  it("takes metrics of logs from a filter of that name", () => {
    const fromLogs = Object.keys(metrics).filter((name) => metricOf(name as MetricName).from === "log");
    expect(filters).toEqual(expect.arrayContaining(fromLogs));
  });

  it("names functions, queues and APIs that there are", () => {
    const named = (type: string, property: string) =>
      resourcesOf(templates, type).map(({ Properties: each }) => each[property]);
    const there = {
      FunctionName: named("AWS::Lambda::Function", "FunctionName"),
      QueueName: named("AWS::SQS::Queue", "QueueName"),
      ApiName: named("AWS::ApiGateway::RestApi", "Name"),
    };
    for (const [dimension, names] of Object.entries(there)) {
      const shownNames = all.flatMap(({ dimensions }) => list(dimensions[dimension]));
      expect(shownNames.length, dimension).toBeGreaterThan(0);
      for (const name of shownNames) expect(names).toContain(name);
    }
  });

  it("fits: no row is wider than the page", () => {
    for (const { x, width } of body.widgets) expect(x + width).toBeLessThanOrEqual(24);
  });
});
