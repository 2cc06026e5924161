type Point = { at: number; value: number };
/** What a metric is, wherever it is said: its name, and its dimensions in any order. */
export type MetricRef = { namespace: string; name: string; dimensions: Record<string, string> };
export type Statistic = string;

const keyOf = ({ namespace, name, dimensions }: MetricRef): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);

/** CloudWatch's metrics, in memory and by a clock that is told. */
export class CloudWatch {
  private readonly metrics = new Map<string, Point[]>();

  put(metric: MetricRef, at: number, value: number): void {
    const key = keyOf(metric);
    const points = this.metrics.get(key) ?? [];
    points.push({ at, value });
    this.metrics.set(key, points);
  }

  /** A statistic over the time from `from` (exclusive) until `to`; undefined where there is no data. */
  statistic(
    metric: MetricRef,
    statistic: Statistic,
    { from, to }: { from: number; to: number },
  ): number | undefined {
    const values = (this.metrics.get(keyOf(metric)) ?? [])
      .filter(({ at }) => at > from && at <= to)
      .map(({ value }) => value);
    if (values.length === 0) return undefined;
    if (statistic === "Sum") return values.reduce((sum, value) => sum + value, 0);
    if (statistic === "Maximum") return Math.max(...values);
    const [, percent] = /^p(\d+)$/.exec(statistic) ?? [];
    if (!percent) throw new RangeError(`no statistic ${statistic}`);
    const ranked = values.sort((a, b) => a - b);
    return ranked[Math.ceil((ranked.length * Number(percent)) / 100) - 1];
  }
}
