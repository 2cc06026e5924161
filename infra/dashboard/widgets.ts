import {
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type IWidget,
  SingleValueWidget,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Capability } from "../../functions/core/capabilities.ts";
import { names } from "../names.ts";
import { each, ofApi, ofFunction, ofQueue, own } from "./metric.ts";

const WIDE = 24;
const HEIGHT = 6;

const graph = (title: string, left: IMetric[], more: Partial<GraphWidgetProps> = {}): IWidget =>
  new GraphWidget({ title, left, leftYAxis: { min: 0 }, width: WIDE / 3, height: HEIGHT, ...more });
/** Counts, a colour for each kind, on top of each other: their sum is a number too. */
const stack = (title: string, left: IMetric[]): IWidget => graph(title, left, { stacked: true });
const now = (title: string, metric: IMetric): IWidget =>
  new SingleValueWidget({
    title,
    metrics: [metric],
    width: WIDE / 6,
    height: 3,
    setPeriodToTimeRange: false,
  });
const heading = (markdown: string): IWidget => new TextWidget({ markdown, width: WIDE, height: 1 });

const most = (name: Parameters<typeof own>[0], label?: string) =>
  own(name, { statistic: "Maximum", minutes: 1, ...(label ? { label } : {}) });
const total = (name: Parameters<typeof own>[0], minutes?: number) =>
  own(name, { statistic: "Sum", ...(minutes ? { minutes } : {}) });

const rightNow = [
  now("Waiting for people", most("WaitingApprovals")),
  now("Longest wait (s)", most("OldestWaiting")),
  now("Live grants", most("LiveGrants")),
  now("Revoke latency p99, 24 h (ms)", own("RevokeLatency", { statistic: "p99", minutes: 24 * 60 })),
  now("Event to record (ms)", own("ExportFreshness", { statistic: "Maximum" })),
  now("Digests signed, 2 h", total("DigestsSigned", 120)),
];

/** What the alarms about stops and the record look at. */
const watchedNow = [
  now("Oldest order to deny (s)", ofQueue(names.denyQueue, "ApproximateAgeOfOldestMessage")),
  now("Denials given up on", ofQueue(names.denyDeadLetters, "ApproximateNumberOfMessagesVisible")),
  now("Sweeps, 5 min", total("Sweeps", 5)),
  now("Repairs, 1 h", total("Repairs", 60)),
  now("Record behind (ms)", ofFunction("export-audit", "IteratorAge", "Maximum")),
  now("Decisions that failed, 1 h", total("DecisionErrors", 60)),
];

const grants = [
  stack("Asks, by what policy said", each("Asks")),
  stack("Decisions after the ask", each("Decisions")),
  stack("Rules on trial: what they would have done", each("OnTrial")),
  stack("Grants closed, by cause", each("Endings")),
  graph("Waiting for people", [most("WaitingApprovals", "grants")], {
    right: [most("OldestWaiting", "longest wait (s)")],
    rightYAxis: { min: 0 },
  }),
  graph("Live grants", [most("LiveGrants", "live"), total("Activations"), total("Collections")]),
  graph("Dry runs and break-glass", [total("DryRuns"), total("BreakGlass")]),
];

const stopping = [
  graph(
    "Revoke latency (ms): stop to the third refused probe",
    ["p50", "p99", "Maximum"].map((statistic) => own("RevokeLatency", { statistic, label: statistic })),
  ),
  graph("Deny lists to write, probes to do", [
    ofQueue(names.denyQueue, "ApproximateAgeOfOldestMessage"),
    ofQueue(names.probes, "ApproximateNumberOfMessagesVisible"),
  ]),
  stack("Red flags, by what they do", each("Flags")),
  graph("Lockdowns, lost attempts, repairs", [total("Lockdowns"), total("AttemptsLost"), total("Repairs")]),
];

const calls = [
  stack("Calls refused after authentication, by code", each("Refusals")),
  graph("API answers", [
    ...(["signed", "approval"] as const).flatMap((api) => [
      ofApi(api, "Count", "Sum"),
      ofApi(api, "4XXError", "Sum"),
      ofApi(api, "5XXError", "Sum"),
    ]),
  ]),
  graph("API latency (ms)", [
    ofApi("signed", "Latency", "p50"),
    ofApi("signed", "Latency", "p99"),
    ofApi("approval", "Latency", "p99"),
  ]),
];

const record = [
  graph("Event to record (ms)", [own("ExportFreshness", { statistic: "Maximum" })]),
  graph("Stream readers behind (ms)", [
    ofFunction("export-audit", "IteratorAge", "Maximum"),
    ofFunction("publish-events", "IteratorAge", "Maximum"),
  ]),
  graph("Digests signed, an hour", [total("DigestsSigned", 60)]),
];

const beats = [
  graph("Sweeps, a minute: one is as it should be", [total("Sweeps", 1)]),
  graph("Decisions that could not be made", [total("DecisionErrors")]),
  graph("Actions whose outcome nobody knows", [total("OutcomesUnknown")]),
];

const CAPABILITIES: readonly Capability[] = [
  ...([
    "grants-api",
    "credentials-api",
    "decisions-api",
    "stops-api",
    "permits-api",
    "approval-page",
  ] as const),
  ...(["public-documents", "ask-approvers", "mint-credentials", "end-access", "revoke-access"] as const),
  ...([
    "prove-denial",
    "sweep",
    "export-audit",
    "sign-digest",
    "import-usage",
    "publish-events",
    "watch",
    "notify",
    "mail-events",
  ] as const),
];
const ofEach = (metric: "Errors" | "Throttles") =>
  CAPABILITIES.map((name) => ofFunction(name, metric, "Sum"));

const platform = [
  stack("Errors of functions", ofEach("Errors")),
  stack("Throttled calls of functions", ofEach("Throttles")),
  stack(
    "What was given up on",
    [
      names.denyDeadLetters,
      names.probesFailed,
      names.parkedEvents,
      names.watchFailures,
      names.notifyFailures,
      names.mailEventsFailures,
      names.actionFailures,
      names.exportFailures,
      names.usageFailures,
    ].map((queue) => ofQueue(queue, "ApproximateNumberOfMessagesVisible")),
  ),
];

/** The rows of the dashboard under the alarms, each with its heading. */
export const rows: readonly (readonly IWidget[])[] = [
  rightNow,
  watchedNow,
  [heading("## Grants: who asks, who decides, how they end")],
  grants,
  [heading("## Stopping: revocations, lockdowns, what sweep put right")],
  stopping,
  [heading("## Calls")],
  calls,
  [heading("## The record: docs/audit.md")],
  record,
  [heading("## Heartbeats and decisions")],
  beats,
  [heading("## Platform")],
  platform,
];
