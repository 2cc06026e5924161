import { DAYS_SINCE, eventsOnce, inPeriod, period, type QueryText } from "./query.ts";

export const intentWithoutOutcome: QueryText = {
  name: "intent-without-outcome",
  description: "Intents of a period, to mint or to deny, of which the record does not say what came of them.",
  note: "Intent is on record before anything is minted or denied (I-46). A claim has its outcome when its attempt was delivered, failed or lost, or when the grant failed, was denied or was stopped, which covers every attempt; a stop has it when it was proven. A claim of the last minute may simply be under way.",
  parameters: period(),
  answers: {
    intent: "`mint` or `deny`",
    grant_id: "the grant",
    agent_id: "whose",
    attempt: "which attempt at minting",
    session_name: "the session that may exist",
    intended_at: "when",
    ends_at: "when it is over in any case",
    status: "the grant's state at its last move",
  },
  sql: `WITH ${eventsOnce(DAYS_SINCE)},
intents AS (
  SELECT event_type, grant_id, agent_id, attempt, session_name, event_time, ends_at, sequence
  FROM events_once
  WHERE event_type IN ('grant.attempt_claimed', 'grant.revoking') AND ${inPeriod("event_time")}
),
outcomes AS (
  SELECT i.grant_id AS done_grant, i.sequence AS done_as
  FROM intents AS i
  JOIN events_once AS o ON o.grant_id = i.grant_id
  WHERE (i.event_type = 'grant.attempt_claimed' AND o.attempt = i.attempt
      AND o.event_type IN ('grant.activated', 'grant.rotated', 'grant.rotation_failed', 'attempt.lost'))
    OR (i.event_type = 'grant.attempt_claimed' AND o.sequence > i.sequence
      AND o.event_type IN ('grant.failed', 'grant.denied', 'grant.revoking'))
    OR (i.event_type = 'grant.revoking' AND o.event_type = 'grant.revoked')
  GROUP BY i.grant_id, i.sequence
),
states AS (
  SELECT grant_id AS state_grant, max_by(status, sequence) AS last_status
  FROM events_once
  WHERE sequence IS NOT NULL
  GROUP BY grant_id
)
SELECT CASE WHEN i.event_type = 'grant.revoking' THEN 'deny' ELSE 'mint' END AS intent, i.grant_id AS grant_id,
  i.agent_id AS agent_id, i.attempt AS attempt, i.session_name AS session_name, i.event_time AS intended_at,
  i.ends_at AS ends_at, s.last_status AS status
FROM intents AS i
LEFT JOIN outcomes AS o ON o.done_grant = i.grant_id AND o.done_as = i.sequence
LEFT JOIN states AS s ON s.state_grant = i.grant_id
WHERE o.done_grant IS NULL
ORDER BY i.event_time, i.grant_id, i.sequence`,
};
