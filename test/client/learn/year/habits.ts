import type { SubjectAccess } from "../../../../functions/core/kinds/names.ts";
import type { Scope } from "../../../../functions/core/kinds/registry.ts";

/** What an agent of the example company does again and again. `weight`: how often, beside the others. */
export type Habit = {
  agent: string;
  resource: string;
  access: SubjectAccess;
  weight: number;
  windows: readonly number[];
  /** Taken in turn by chance; absent is the whole resource. */
  scopes?: readonly (Scope | undefined)[];
  masked?: true;
  ticket?: true;
  /** Every ask of it is approved, where people are asked. */
  alwaysApproved?: true;
  outOfHours?: true;
};

const mail = (recipients: number): Scope => ({
  parameters: JSON.stringify({
    recipients,
    segment: "renewals",
    subject: "Your policy renews",
    template: "renewal",
  }),
});
const months = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"].map((each) => `month=${each}`);

/**
 * The everyday of a year: what passes, what waits for people, what is refused. Every resource of the catalogue is asked
 * for, but `run-settings`, which nobody uses.
 */
export const habits: readonly Habit[] = [
  {
    ...{ agent: "finetune-pipeline", resource: "support-conversations", access: "read", weight: 22 },
    windows: [900, 1800, 3600],
    scopes: [undefined, { prefix: "2026/" }, { prefix: "2025/" }],
  },
  {
    ...{ agent: "finetune-pipeline", resource: "support-conversations", access: "list", weight: 3 },
    windows: [300],
  },
  {
    ...{ agent: "finetune-pipeline", resource: "training-manifests", access: "write", weight: 2 },
    windows: [600, 900],
  },
  {
    ...{ agent: "training-pipeline", resource: "feature-store", access: "read", weight: 9 },
    windows: [1800, 3600],
  },
  {
    ...{ agent: "training-pipeline", resource: "feature-store", access: "write", weight: 1 },
    windows: [600],
  },
  {
    ...{ agent: "finetune-pipeline", resource: "finetuning-parameters", access: "read", weight: 3 },
    windows: [900],
  },
  {
    ...{ agent: "annotation-helper", resource: "training-manifests", access: "read", weight: 6 },
    windows: [300, 600, 900],
  },
  // Training data is not for it: a plain no.
  {
    ...{ agent: "annotation-helper", resource: "support-conversations", access: "read", weight: 2 },
    windows: [900],
  },
  {
    ...{ agent: "rag-indexer", resource: "embedding-corpus", access: "read", weight: 12 },
    windows: [900, 1800],
    scopes: [{ prefix: "wordings/" }, { keys: ["handbook.md"] }],
  },
  {
    ...{ agent: "rag-indexer", resource: "embedding-corpus", access: "list", weight: 3 },
    windows: [300],
  },
  {
    ...{ agent: "eval-runner", resource: "eval-sets", access: "read", weight: 8 },
    windows: [900, 1800],
  },
  {
    ...{ agent: "eval-runner", resource: "prompt-library", access: "read", weight: 5 },
    windows: [600, 1800],
  },
  {
    ...{ agent: "support-assistant", resource: "claims", access: "read", weight: 12 },
    windows: [600, 900],
    scopes: [{ prefix: "2026/" }, { keys: ["2025/4711.csv"] }],
    ticket: true,
  },
  {
    ...{ agent: "support-assistant", resource: "customer-profiles", access: "read", weight: 5 },
    windows: [300, 900],
    ticket: true,
  },
  {
    ...{ agent: "support-assistant", resource: "medical-reports", access: "read", weight: 3 },
    windows: [600, 900],
    ticket: true,
  },
  {
    ...{ agent: "support-assistant", resource: "crm-token", access: "read", weight: 1 },
    windows: [300],
  },
  {
    ...{ agent: "support-assistant", resource: "summariser", access: "invoke", weight: 7 },
    windows: [900, 3600],
  },
  {
    ...{ agent: "analytics-copilot", resource: "claims", access: "read", weight: 4 },
    windows: [900],
    scopes: [{ prefix: "2025/" }],
  },
  {
    ...{ agent: "analytics-copilot", resource: "claims-archive", access: "read", weight: 6 },
    windows: [900, 1800],
    masked: true,
  },
  // Masked only, and asked for as it is: a plain no.
  {
    ...{ agent: "analytics-copilot", resource: "claims-archive", access: "read", weight: 1 },
    windows: [900],
  },
  {
    ...{ agent: "analytics-copilot", resource: "claims-by-month", access: "read", weight: 7 },
    windows: [900, 3600],
    scopes: [undefined, { partitions: [months[0] ?? "", months[1] ?? ""] }],
  },
  {
    ...{ agent: "analytics-copilot", resource: "claims-detail", access: "read", weight: 2 },
    windows: [900],
    masked: true,
  },
  {
    ...{ agent: "analytics-copilot", resource: "product-docs", access: "read", weight: 4 },
    windows: [1800, 3600],
  },
  {
    ...{ agent: "release-job", resource: "model-artifacts", access: "read", weight: 4 },
    windows: [600, 1800],
  },
  {
    ...{ agent: "release-job", resource: "model-artifacts", access: "write", weight: 2 },
    windows: [600, 900],
    ticket: true,
  },
  {
    ...{ agent: "release-job", resource: "model-artifacts", access: "read", weight: 2 },
    windows: [600],
    outOfHours: true,
  },
  // Out of another environment: a plain no.
  { ...{ agent: "eval-runner", resource: "product-docs", access: "read", weight: 1 }, windows: [900] },
  {
    ...{ agent: "support-assistant", resource: "send-mass-mail", access: "perform", weight: 2 },
    windows: [300],
    scopes: [mail(12), mail(80), mail(4000)],
  },
];

/** Asks that are put among the others, and that no everyday ask is like. */
export const planted = {
  /** What `PLANTED_RULE` would have people asked for. */
  flips: {
    ...{ agent: "annotation-helper", resource: "training-manifests", access: "read", weight: 0 },
    windows: [1740],
  },
  /** `whole-corpus-needs-ml-platform`: low in risk, and approved each time. */
  alwaysApproved: {
    ...{ agent: "rag-indexer", resource: "embedding-corpus", access: "read", weight: 0 },
    windows: [900],
    ticket: true,
    alwaysApproved: true,
  },
} as const satisfies Record<string, Habit>;
export type Plant = keyof typeof planted;

/** A rule that the record's policy does not have: of a year it flips the planted asks, and no other. */
export const PLANTED_RULE = `@id("long-manifest-reads-need-owner")
@approvers("ml-platform")
@quorum("1")
@stage("1")
@reason("long looks at manifests are talked about first")
forbid (
  principal == Agent::"annotation-helper",
  action == Action::"read",
  resource == Resource::"training-manifests"
) when {
  context.windowSeconds > 1500
};
`;
/** The case that a policy with it must have. */
export const PLANTED_CASE = `cases:
  - name: a long look at manifests asks the platform team
    agent: annotation-helper
    ask: { resource: training-manifests, access: read, windowSeconds: 1740 }
    outcome: needs_approval
    plan: [1 of ml-platform]
    rules: [read-at-home, long-manifest-reads-need-owner]
    not: [write-needs-ml-platform]
`;
