import type { ColumnType } from "../columns.ts";
import { eventsOnce } from "./query.ts";

type GrantColumn = { name: string; type: ColumnType; sql: string };

/** What no move changes: the same on every row that has it. */
const fixed = (name: string, type: ColumnType = "string"): GrantColumn => ({
  name,
  type,
  sql: `max(${name})`,
});
const timeOf = (name: string, how: "min" | "max", ...types: string[]): GrantColumn => ({
  name,
  type: "timestamp",
  sql: `${how}(event_time) FILTER (WHERE event_type IN (${types.map((type) => `'${type}'`).join(", ")}))`,
});
// Why, by whom: on the moves that close a grant or begin to. The engines differ in what max_by makes of null.
const CLOSES =
  "status IN ('DENIED', 'REJECTED', 'EXPIRED', 'CANCELLED', 'FAILED', 'ENDED', 'REVOKING', 'REVOKED')";
const lastOf = (name: string, column: string, where: string): GrantColumn => ({
  name,
  type: "string",
  sql: `max_by(${column}, sequence) FILTER (WHERE ${where})`,
});

/** Of a grant's moves: the latest state is that of the highest sequence, also where the clocks of two functions differ. */
const fromMoves: readonly GrantColumn[] = [
  fixed("agent_id"),
  fixed("owner_id"),
  fixed("team"),
  fixed("resource_id"),
  fixed("resource_arn"),
  fixed("environment"),
  fixed("access"),
  fixed("scope"),
  { name: "masked", type: "boolean", sql: "bool_or(masked)" },
  fixed("window_seconds", "bigint"),
  fixed("cap_seconds", "bigint"),
  fixed("purpose"),
  fixed("task"),
  fixed("ticket"),
  fixed("on_behalf_of"),
  fixed("model"),
  fixed("digest"),
  fixed("decision"),
  fixed("rules"),
  lastOf("policy_version", "policy_version", "policy_version IS NOT NULL"),
  fixed("approval_plan"),
  fixed("approvals_needed", "bigint"),
  fixed("risk_score", "bigint"),
  { name: "break_glass", type: "boolean", sql: "coalesce(bool_or(break_glass), false)" },
  fixed("role_name"),
  fixed("extends_grant"),
  lastOf("status", "status", "status IS NOT NULL"),
  timeOf("asked_at", "min", "grant.requested"),
  timeOf("first_claim_at", "min", "grant.attempt_claimed"),
  timeOf("activated_at", "min", "grant.activated"),
  fixed("starts_at", "timestamp"),
  fixed("ends_at", "timestamp"),
  timeOf("stopped_at", "min", "grant.revoking"),
  {
    name: "closed_at",
    type: "timestamp",
    sql: `min(event_time) FILTER (WHERE ${CLOSES} AND status <> 'REVOKING')`,
  },
  lastOf("closing_code", "code", `${CLOSES} AND code IS NOT NULL`),
  lastOf("proof", "proof", "proof IS NOT NULL"),
  { name: "attempts", type: "bigint", sql: "max(attempt)" },
  { name: "moves", type: "bigint", sql: "count(*)" },
  { name: "last_sequence", type: "bigint", sql: "max(sequence)" },
  lastOf("head_hash", "hash", "hash IS NOT NULL"),
];

const besideMoves: readonly GrantColumn[] = [
  { name: "approvers", type: "string", sql: "a.approvers" },
  { name: "approvals_given", type: "bigint", sql: "coalesce(a.approvals_given, 0)" },
  { name: "collects", type: "bigint", sql: "coalesce(c.collects, 0)" },
  {
    // A release may let sessions live on to the end of the window; only a proven denial ends them earlier.
    name: "access_until",
    type: "timestamp",
    sql: "CASE WHEN m.activated_at IS NULL THEN NULL WHEN m.status = 'REVOKED' AND m.closed_at < m.ends_at THEN m.closed_at ELSE m.ends_at END",
  },
];

/** One row a grant: also what the view `grants` on Athena has. */
export const grantColumns: readonly { name: string; type: ColumnType }[] = [
  { name: "grant_id", type: "string" },
  ...[...fromMoves, ...besideMoves].map(({ name, type }) => ({ name, type })),
];

const list = (columns: readonly GrantColumn[]): string =>
  columns.map(({ name, sql }) => `${sql} AS ${name}`).join(",\n    ");

/** The CTEs `events_once` and `grants`: one row a grant in its latest state, of the events that `where` reads. */
export const grantsOnce = (where: string): string => `${eventsOnce(where)},
yes_words AS (
  SELECT DISTINCT grant_id, actor_id
  FROM events_once
  WHERE event_type IN ('grant.stage_approved', 'grant.approved') AND actor_type = 'person'
),
approvals_of AS (
  SELECT grant_id, concat_ws(', ', array_agg(actor_id ORDER BY actor_id)) AS approvers,
    count(*) AS approvals_given
  FROM yes_words
  GROUP BY grant_id
),
collects_of AS (
  SELECT grant_id, count(*) AS collects
  FROM events_once
  WHERE event_type = 'credentials.collected'
  GROUP BY grant_id
),
moved AS (
  SELECT grant_id,
    ${list(fromMoves)}
  FROM events_once
  WHERE sequence IS NOT NULL
  GROUP BY grant_id
),
grants AS (
  SELECT m.*,
    ${list(besideMoves)}
  FROM moved AS m
  LEFT JOIN approvals_of AS a ON a.grant_id = m.grant_id
  LEFT JOIN collects_of AS c ON c.grant_id = m.grant_id
)`;
