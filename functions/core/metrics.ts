import { errorCodes } from "./errors.ts";

/**
 * Every metric of Latchkey's own, in CloudWatch's namespace `Latchkey`. `publish-events` and `sweep` write theirs into
 * their logs (Embedded Metric Format); `log` ones are made of log codes by filters, in infra/. A dashboard names no other.
 * Dimensions are few and their values closed: nothing that a caller writes becomes one. Each value is a metric that costs.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const NAMESPACE = "Latchkey";
/** Powertools gives each metric of ours this dimension: one value, so that it costs nothing. */
export const SERVICE = { name: "service", value: "latchkey" } as const;
/** Stands for a value that is not among a dimension's. */
const OTHER = "other";

type Unit = "Count" | "Milliseconds" | "Seconds";
type Metric = {
  from: "publish-events" | "sweep" | "log";
  unit: Unit;
  dimension?: { name: string; values: readonly string[] };
};

export const metrics = {
  /** Asks that made a grant, by what policy decided at once. */
  Asks: {
    from: "publish-events",
    unit: "Count",
    dimension: { name: "outcome", values: ["allow", "needs_approval", "deny", OTHER] },
  },
  /** Asks to which rules on trial (`@shadow`) would have done something, by what. */
  OnTrial: {
    from: "publish-events",
    unit: "Count",
    dimension: { name: "would", values: ["ask", "deny", "allow", "error", OTHER] },
  },
  DryRuns: { from: "publish-events", unit: "Count" },
  /** What became of asks that were not decided at once. */
  Decisions: {
    from: "publish-events",
    unit: "Count",
    dimension: {
      name: "outcome",
      values: ["stage_approved", "approved", "rejected", "expired", "cancelled", "denied"],
    },
  },
  Activations: { from: "publish-events", unit: "Count" },
  Collections: { from: "publish-events", unit: "Count" },
  BreakGlass: { from: "publish-events", unit: "Count" },
  /** Grants that closed after they were asked for, by the code of their closing. */
  Endings: {
    from: "publish-events",
    unit: "Count",
    dimension: {
      name: "cause",
      values: [
        ...["window_over", "released", "revoked", "locked_down", "policy_changed", "role_cut_off"],
        ...[
          "base_revoked",
          "red_flag",
          "nobody_decided",
          "start_missed",
          "rejected",
          "activation_failed",
          OTHER,
        ],
      ],
    },
  },
  /** From the stop of a grant to the third refused probe. */
  RevokeLatency: { from: "publish-events", unit: "Milliseconds" },
  AttemptsLost: { from: "publish-events", unit: "Count" },
  Lockdowns: { from: "publish-events", unit: "Count" },
  /** Calls refused after authentication, by the code of the answer. */
  Refusals: {
    from: "publish-events",
    unit: "Count",
    dimension: { name: "code", values: [...Object.keys(errorCodes), OTHER] },
  },
  /** Red flags, by what they do. */
  Flags: {
    from: "publish-events",
    unit: "Count",
    dimension: { name: "action", values: ["note", "alert", "revoke", "lockdown", OTHER] },
  },
  /** Decisions in which a rule could not be evaluated: each was a no. */
  DecisionErrors: { from: "publish-events", unit: "Count" },
  /** Actions that were begun, and of which nobody has said in time what came of them. */
  OutcomesUnknown: { from: "publish-events", unit: "Count" },
  /** Gauges, each minute. At most 100 a group are counted. */
  WaitingApprovals: { from: "sweep", unit: "Count" },
  OldestWaiting: { from: "sweep", unit: "Seconds" },
  LiveGrants: { from: "sweep", unit: "Count" },
  /** A heartbeat: of log code `sweep.done`, one a minute. */
  Sweeps: { from: "log", unit: "Count" },
  /** Of log code `sweep.repaired`. */
  Repairs: { from: "log", unit: "Count" },
  /** Of log code `audit.exported`: from the oldest event's time until it was stored. */
  ExportFreshness: { from: "log", unit: "Milliseconds" },
  /** A heartbeat: one for each digest that was signed. */
  DigestsSigned: { from: "log", unit: "Count" },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;
export const metricOf = (name: MetricName): Metric => metrics[name];

/** One value of a metric; `of`: of which value of its dimension. */
export type Measure = { metric: MetricName; value: number; of?: string };

/** A value of a metric's dimension: itself where it is among them, else `other`. */
export function dimensionValue(metric: MetricName, text: string | undefined): string {
  const { dimension } = metricOf(metric);
  if (!dimension) throw new TypeError(`${metric} has no dimension`);
  return text !== undefined && dimension.values.includes(text) ? text : OTHER;
}
