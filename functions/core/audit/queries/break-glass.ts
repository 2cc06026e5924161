import { grantsOnce } from "./grants.ts";
import { DAYS_SINCE, inPeriod, period, type QueryText } from "./query.ts";

export const breakGlass: QueryText = {
  name: "break-glass",
  description:
    "Grants asked in a period for which the glass was broken, who was passed over, and what their review said.",
  parameters: period(),
  answers: {
    grant_id: "the grant",
    agent_id: "who asked",
    owner_id: "the agent's owner",
    resource_id: "for what",
    access: "to do what",
    window_seconds: "for how long",
    asked_at: "when",
    purpose: "why, as the agent said",
    status: "its state now",
    rule: "the rule that let the glass be broken",
    passed_over: "ids of everybody who would have been asked",
    reviewed_at: "when somebody closed the review; empty while it is open",
    reviewer_id: "who",
    finding: "what they found",
    review_ms: "from the ask to the review, in milliseconds",
  },
  sql: `WITH ${grantsOnce(DAYS_SINCE)},
opened AS (
  SELECT grant_id AS open_grant, max(reason) AS rule_id, max(people) AS skipped
  FROM events_once
  WHERE event_type = 'review.opened'
  GROUP BY grant_id
),
closed AS (
  SELECT grant_id AS closed_grant, min(event_time) AS seen_at, max(actor_id) AS seen_by, max(reason) AS found
  FROM events_once
  WHERE event_type = 'review.closed'
  GROUP BY grant_id
)
SELECT g.grant_id AS grant_id, g.agent_id AS agent_id, g.owner_id AS owner_id, g.resource_id AS resource_id,
  g.access AS access, g.window_seconds AS window_seconds, g.asked_at AS asked_at, g.purpose AS purpose,
  g.status AS status, o.rule_id AS rule, o.skipped AS passed_over, c.seen_at AS reviewed_at, c.seen_by AS reviewer_id,
  c.found AS finding, date_diff('millisecond', g.asked_at, c.seen_at) AS review_ms
FROM grants AS g
LEFT JOIN opened AS o ON o.open_grant = g.grant_id
LEFT JOIN closed AS c ON c.closed_grant = g.grant_id
WHERE g.break_glass AND ${inPeriod("g.asked_at")}
ORDER BY g.asked_at, g.grant_id`,
};
