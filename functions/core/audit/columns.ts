import type { AuditEvent, Facts, SealedEvent } from "./event.ts";
import { flatText } from "./flat-text.ts";
import { ocsfIds } from "./ocsf/ids.ts";
import { OCSF_VERSION } from "./registry.ts";

/** Types that Glue, Athena, Parquet and DuckDB all have under these names. A timestamp is UTC, in milliseconds. */
export type ColumnType = "string" | "bigint" | "int" | "boolean" | "timestamp";
/** What a column holds: null, or a string, bigint, number, boolean or Date by its type. */
export type ColumnValue = string | bigint | number | boolean | Date | null;
export type Column = {
  name: string;
  type: ColumnType;
  of: (event: AuditEvent, hash: string, body: string) => ColumnValue;
};

/** Where the events are, in the Glue catalogue; `qualified` is how queries name the table. */
export const eventsTable = {
  database: "latchkey_audit",
  name: "events",
  qualified: "latchkey_audit.events",
} as const;

/** No event, and no call under a grant, is older than the product: the tables' days begin here. */
export const FIRST_DAY = "2026-01-01";

/** The folder key of an object, a day as `yyyy-mm-dd`. Hive reads it from the path, so it is not a column of the file. */
export const partition = { name: "dt", type: "string" } as const;

// A number is a bigint: `z.int()` goes up to 2^53, and one event too large for 32 bits must not stop its batch.
type TypeFor<T> = T extends boolean ? "boolean" : T extends number ? "bigint" : "string" | "timestamp";
type FactColumns = {
  /** `words`: free text, of an agent or a person; `flatText` says how it is kept in a column. */
  [K in keyof Required<Facts>]: { name: string; type: TypeFor<Required<Facts>[K]>; words?: true };
};

/** A column for each fact: a fact without one, or with one of the wrong type, does not compile. */
export const factColumns = {
  agent: { name: "agent_id", type: "string" },
  status: { name: "status", type: "string" },
  resource: { name: "resource_id", type: "string" },
  resourceArn: { name: "resource_arn", type: "string" },
  environment: { name: "environment", type: "string" },
  access: { name: "access", type: "string" },
  scope: { name: "scope", type: "string" },
  masked: { name: "masked", type: "boolean" },
  windowSeconds: { name: "window_seconds", type: "bigint" },
  startsAt: { name: "starts_at", type: "timestamp" },
  endsAt: { name: "ends_at", type: "timestamp" },
  purpose: { name: "purpose", type: "string", words: true },
  task: { name: "task", type: "string", words: true },
  ticket: { name: "ticket", type: "string", words: true },
  onBehalfOf: { name: "on_behalf_of", type: "string", words: true },
  model: { name: "model", type: "string", words: true },
  digest: { name: "digest", type: "string" },
  decision: { name: "decision", type: "string" },
  rules: { name: "rules", type: "string" },
  policyVersion: { name: "policy_version", type: "string" },
  stage: { name: "stage", type: "bigint" },
  group: { name: "approval_group", type: "string" },
  people: { name: "people", type: "string" },
  attempt: { name: "attempt", type: "bigint" },
  sessionName: { name: "session_name", type: "string" },
  role: { name: "role_name", type: "string" },
  code: { name: "code", type: "string" },
  reason: { name: "reason", type: "string", words: true },
  proof: { name: "proof", type: "string" },
  path: { name: "path", type: "string" },
  count: { name: "refused_count", type: "bigint" },
  riskScore: { name: "risk_score", type: "bigint" },
  riskFactors: { name: "risk_factors", type: "string" },
  breakGlass: { name: "break_glass", type: "boolean" },
  channel: { name: "channel", type: "string" },
  lockdown: { name: "lockdown_id", type: "string" },
  target: { name: "target", type: "string" },
  latencyMs: { name: "latency_ms", type: "bigint" },
  extends: { name: "extends_grant", type: "string" },
  owner: { name: "owner_id", type: "string" },
  team: { name: "team", type: "string" },
  approverTeam: { name: "approver_team", type: "string" },
  plan: { name: "approval_plan", type: "string" },
  approvalsNeeded: { name: "approvals_needed", type: "bigint" },
  capSeconds: { name: "cap_seconds", type: "bigint" },
  objects: { name: "object_count", type: "bigint" },
  heads: { name: "head_count", type: "bigint" },
  rows: { name: "row_count", type: "bigint" },
  bytes: { name: "byte_count", type: "bigint" },
  columns: { name: "read_columns", type: "string" },
  filters: { name: "filter_columns", type: "string" },
  maskedValues: { name: "masked_count", type: "bigint" },
  detected: { name: "detected_count", type: "bigint" },
  flag: { name: "flag_id", type: "string" },
  action: { name: "flag_action", type: "string" },
  evidence: { name: "evidence", type: "string" },
  context: { name: "ask_context", type: "string" },
  shadow: { name: "shadow_decision", type: "string" },
} as const satisfies FactColumns;

function typed(value: string | number | boolean | undefined, type: ColumnType): ColumnValue {
  if (value === undefined) return null;
  if (type === "bigint") return BigInt(value);
  if (type !== "timestamp") return value;
  const date = new Date(String(value));
  if (Number.isNaN(date.getTime())) throw new RangeError(`not a time: ${value}`);
  return date;
}

const flat = (value: Facts[keyof Facts]) => (typeof value === "string" ? flatText(value) : value);

const ofEvent = (name: string, type: ColumnType, of: Column["of"]): Column => ({ name, type, of });

/**
 * The events table: flat and typed, so that no query needs a JSON function, and named without a reserved word of
 * Athena (DDL and DML) or DuckDB. Every file has every column; a new one goes to the end of the facts.
 */
export const columns: readonly Column[] = [
  ofEvent("event_id", "string", (event) => event.id),
  ofEvent("event_type", "string", (event) => event.type),
  ofEvent("event_time", "timestamp", (event) => typed(event.time, "timestamp")),
  ofEvent("ocsf_version", "string", () => OCSF_VERSION),
  ofEvent("category_uid", "int", (event) => ocsfIds(event).categoryUid),
  ofEvent("class_uid", "int", (event) => ocsfIds(event).classUid),
  ofEvent("activity_id", "int", (event) => ocsfIds(event).activityId),
  ofEvent("type_uid", "int", (event) => ocsfIds(event).typeUid),
  ofEvent("severity_id", "int", (event) => ocsfIds(event).severityId),
  ofEvent("status_id", "int", (event) => ocsfIds(event).statusId),
  ofEvent("actor_type", "string", (event) => event.actor.type),
  ofEvent("actor_id", "string", (event) => event.actor.id),
  ofEvent("actor_arn", "string", (event) => event.actor.arn ?? null),
  ofEvent("actor_session_name", "string", ({ actor }) =>
    actor.sessionName === undefined ? null : flatText(actor.sessionName),
  ),
  ofEvent("request_id", "string", (event) => event.actor.requestId ?? null),
  ofEvent("source_ip", "string", (event) => event.actor.sourceIp ?? null),
  ofEvent("grant_id", "string", (event) => event.grant ?? null),
  ofEvent("sequence", "bigint", (event) => typed(event.chain?.sequence, "bigint")),
  ofEvent("previous_hash", "string", (event) => event.chain?.previous ?? null),
  ...(Object.keys(factColumns) as (keyof Facts)[]).map((fact): Column => {
    const { name, type, words }: FactColumns[keyof Facts] = factColumns[fact];
    return { name, type, of: ({ facts }) => typed(words ? flat(facts[fact]) : facts[fact], type) };
  }),
  ofEvent("hash", "string", (_event, hash) => hash),
  ofEvent("body", "string", (_event, _hash, body) => body),
];

/** One event as a row: its values in the order of `columns`. */
export const rowOf = ({ event, hash, body }: SealedEvent): ColumnValue[] =>
  columns.map((column) => column.of(event, hash, body));
