import { grantsOnce } from "./grants.ts";
import { DAYS_AROUND, inPeriod, period, type QueryText } from "./query.ts";

export const lockdownLatency: QueryText = {
  name: "lockdown-latency",
  description:
    "For each lockdown set in a period: what it stopped, and how long until all of that access was gone.",
  note: "What a lockdown stopped says so by its id. Stopped before a session: gone at once; after: when REVOKED, proven.",
  parameters: period(),
  answers: {
    lockdown_id: "the lockdown",
    target: "what it stops",
    set_by: "who set it",
    set_at: "when",
    reason: "why",
    lifted_at: "when it was lifted, if it was",
    lifted_by: "by whom",
    stopped: "how many grants it stopped",
    not_gone: "how many of them are not proven gone yet",
    all_gone_at: "when the last of them was gone; empty while one is not, or where it stopped none",
    latency_ms: "from setting it to that, in milliseconds",
  },
  sql: `WITH ${grantsOnce(DAYS_AROUND)},
orders AS (
  SELECT lockdown_id AS order_id, target AS order_target, actor_id AS order_by_id, event_time AS order_at, reason AS order_why
  FROM events_once
  WHERE event_type = 'lockdown.set' AND ${inPeriod("event_time")}
),
lifts AS (
  SELECT lockdown_id AS lift_id, min(event_time) AS lift_at, min(actor_id) AS lift_by
  FROM events_once
  WHERE event_type = 'lockdown.lifted'
  GROUP BY lockdown_id
),
stops AS (
  SELECT lockdown_id AS stop_id, grant_id AS stop_grant,
    min(event_time) FILTER (WHERE event_type = 'grant.revoking') AS revoking_at,
    min(event_time) AS told_at
  FROM events_once
  WHERE lockdown_id IS NOT NULL AND event_type IN ('grant.revoking', 'grant.denied', 'session.denied')
  GROUP BY lockdown_id, grant_id
),
ends AS (
  SELECT s.stop_id, CASE WHEN s.revoking_at IS NULL THEN s.told_at ELSE g.closed_at END AS gone_at
  FROM stops AS s
  LEFT JOIN grants AS g ON g.grant_id = s.stop_grant
),
counted AS (
  SELECT stop_id, count(*) AS all_stopped, count_if(gone_at IS NULL) AS still_there, max(gone_at) AS last_at
  FROM ends
  GROUP BY stop_id
)
SELECT o.order_id AS lockdown_id, o.order_target AS target, o.order_by_id AS set_by, o.order_at AS set_at,
  o.order_why AS reason, l.lift_at AS lifted_at, l.lift_by AS lifted_by, coalesce(c.all_stopped, 0) AS stopped,
  coalesce(c.still_there, 0) AS not_gone, CASE WHEN c.still_there = 0 THEN c.last_at END AS all_gone_at,
  CASE WHEN c.still_there = 0 THEN date_diff('millisecond', o.order_at, c.last_at) END AS latency_ms
FROM orders AS o
LEFT JOIN lifts AS l ON l.lift_id = o.order_id
LEFT JOIN counted AS c ON c.stop_id = o.order_id
ORDER BY o.order_at, o.order_id`,
};
