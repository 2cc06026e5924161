import { afterEach, describe, expect, test, vi } from "vitest";
import { openMetrics } from "../../../functions/aws/metrics.ts";
import type { Measure } from "../../../functions/core/metrics.ts";

afterEach(() => vi.restoreAllMocks());

type Line = Record<string, unknown> & {
  _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: unknown[] }[] };
};

function linesOf(measures: Measure[]): Line[] {
  const written: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  openMetrics()(measures);
  vi.restoreAllMocks();
  return written.map((line) => JSON.parse(line));
}

describe("metrics in a function's log", () => {
  test("are lines of the Embedded Metric Format: namespace, unit, one dimension beside the service's", () => {
    const [line, ...others] = linesOf([{ metric: "Asks", value: 3, of: "allow" }]);
    expect(others).toEqual([]);
    expect(line).toMatchObject({ Asks: 3, outcome: "allow", service: "latchkey" });
    const [directive, ...more] = line?._aws.CloudWatchMetrics ?? [];
    expect(more).toEqual([]);
    expect(directive?.Namespace).toBe("Latchkey");
    expect(directive?.Dimensions.map((names) => [...names].sort())).toEqual([["outcome", "service"]]);
    expect(directive?.Metrics).toEqual([{ Name: "Asks", Unit: "Count" }]);
  });

  test("share a line where they share a dimension's value, and no other", () => {
    const lines = linesOf([
      { metric: "Asks", value: 1, of: "deny" },
      { metric: "WaitingApprovals", value: 4 },
      { metric: "Asks", value: 2, of: "allow" },
      { metric: "LiveGrants", value: 0 },
    ]);
    expect(lines.map(({ _aws, ...rest }) => rest)).toEqual([
      { service: "latchkey", outcome: "deny", Asks: 1 },
      { service: "latchkey", WaitingApprovals: 4, LiveGrants: 0 },
      { service: "latchkey", outcome: "allow", Asks: 2 },
    ]);
  });

  test("keep each latency, for percentiles, also of more than fit into a line", () => {
    const latencies = Array.from({ length: 150 }, (_, at) => ({
      metric: "RevokeLatency" as const,
      value: at,
    }));
    const lines = linesOf(latencies);
    expect(lines.flatMap(({ RevokeLatency }) => RevokeLatency)).toEqual(latencies.map(({ value }) => value));
    for (const line of lines) {
      expect(line._aws.CloudWatchMetrics[0]?.Dimensions).toEqual([["service"]]);
      expect(line._aws.CloudWatchMetrics[0]?.Metrics).toEqual([
        { Name: "RevokeLatency", Unit: "Milliseconds" },
      ]);
    }
  });

  test("of nothing are nothing", () => {
    expect(linesOf([])).toEqual([]);
  });
});
