import { DAYS_AROUND, eventsOnce, inPeriod, period, type QueryText } from "./query.ts";

export const hastyApprovals: QueryText = {
  name: "hasty-approvals",
  description:
    "Approvals in a period given in under some seconds, or by a person with more than some in one day.",
  note: "From when a stage was first asked (its first `approval.asked`; where none came before the word, the grant's move before it, which opened the stage) to the word. Exactly so many seconds is not hasty, and exactly so many a day is not over. A day is a UTC day, whole, also where the period cuts it.",
  parameters: period(
    { name: "seconds", type: "bigint", description: "under how many seconds a yes is hasty" },
    { name: "per_day", type: "bigint", description: "how many by one person in a UTC day are not too many" },
  ),
  answers: {
    approver_id: "who said yes",
    grant_id: "to which grant",
    stage: "on which stage",
    asked_at: "since when the stage was asked",
    approved_at: "when they said yes",
    took_ms: "the time between, in milliseconds",
    that_day: "how often they said yes that day",
    hasty_by: "`seconds`, `day`, or `seconds, day`",
  },
  sql: `WITH ${eventsOnce(DAYS_AROUND)},
moves AS (
  SELECT *, lag(event_time) OVER (PARTITION BY grant_id ORDER BY sequence) AS moved_before
  FROM events_once
  WHERE sequence IS NOT NULL
),
words AS (
  SELECT *, count(*) OVER (PARTITION BY actor_id, date(event_time)) AS same_day
  FROM moves
  WHERE event_type IN ('grant.stage_approved', 'grant.approved') AND actor_type = 'person'
),
askings AS (
  SELECT grant_id AS asked_grant, stage AS asked_stage, min(event_time) AS first_asked
  FROM events_once
  WHERE event_type = 'approval.asked'
  GROUP BY grant_id, stage
),
timed AS (
  SELECT w.*,
    CASE WHEN a.first_asked <= w.event_time THEN a.first_asked ELSE w.moved_before END AS since
  FROM words AS w
  LEFT JOIN askings AS a ON a.asked_grant = w.grant_id AND a.asked_stage = w.stage
  WHERE ${inPeriod("w.event_time")}
),
judged AS (
  SELECT *, date_diff('millisecond', since, event_time) AS ms,
    date_diff('millisecond', since, event_time) < CAST({{seconds}} AS bigint) * 1000 AS is_quick,
    same_day > {{per_day}} AS is_many
  FROM timed
)
SELECT actor_id AS approver_id, grant_id, stage, since AS asked_at, event_time AS approved_at, ms AS took_ms,
  same_day AS that_day,
  CASE WHEN is_quick AND is_many THEN 'seconds, day' WHEN is_quick THEN 'seconds' ELSE 'day' END AS hasty_by
FROM judged
WHERE is_quick OR is_many
ORDER BY event_time, grant_id, sequence`,
};
