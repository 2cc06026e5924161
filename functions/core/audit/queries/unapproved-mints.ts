import { grantsOnce } from "./grants.ts";
import { DAYS_AROUND, inPeriod, period, type QueryText } from "./query.ts";

export const unapprovedMints: QueryText = {
  name: "unapproved-mints",
  description:
    "Grants claimed for minting in a period without the approvals that policy asked for. There must be none.",
  note: "For each grant that was claimed for minting in the period: was it asked, did policy not refuse it, was nothing final before, and has each stage of its plan (`stage:group:quorum`) the words of as many people before the first claim, the agent's owner not counted? What cannot be told counts as not approved.",
  parameters: period(),
  answers: {
    grant_id: "the grant",
    agent_id: "who asked",
    resource_id: "for what",
    access: "to do what",
    first_claim_at: "when the first session was claimed",
    decision: "what policy said when it was asked",
    approval_plan: "the stages it asked for",
    approvals_given: "how many people said yes, in all",
    unapproved_by:
      "the first that is true: `never asked`, `refused by policy`, `after its end`, `no plan`, `stages short`",
    status: "its state now",
  },
  sql: `WITH ${grantsOnce(DAYS_AROUND)},
claims AS (
  SELECT grant_id AS claimed_grant, min(sequence) AS claimed_as, max(sequence) AS last_claim
  FROM events_once
  WHERE event_type = 'grant.attempt_claimed' AND ${inPeriod("event_time")}
  GROUP BY grant_id
),
finals AS (
  SELECT grant_id AS final_grant, min(sequence) AS final_as
  FROM events_once
  WHERE sequence IS NOT NULL
    AND status IN ('DENIED', 'REJECTED', 'EXPIRED', 'CANCELLED', 'FAILED', 'ENDED', 'REVOKING', 'REVOKED')
  GROUP BY grant_id
),
stages AS (
  SELECT g.grant_id AS staged_grant, g.owner_id AS not_them, t.planned,
    try_cast(split_part(t.planned, ':', 1) AS bigint) AS planned_stage,
    try_cast(split_part(t.planned, ':', 3) AS bigint) AS quorum
  FROM grants AS g
  CROSS JOIN UNNEST(split(g.approval_plan, ',')) AS t(planned)
  WHERE g.approval_plan IS NOT NULL AND g.approval_plan <> ''
),
words AS (
  SELECT s.staged_grant, s.planned, max(s.quorum) AS wanted, count(DISTINCT w.actor_id) AS given
  FROM stages AS s
  JOIN claims AS c ON c.claimed_grant = s.staged_grant
  LEFT JOIN events_once AS w ON w.grant_id = s.staged_grant AND w.stage = s.planned_stage
    AND w.event_type IN ('grant.stage_approved', 'grant.approved') AND w.actor_type = 'person'
    AND w.sequence < c.claimed_as AND coalesce(w.actor_id <> s.not_them, true)
  GROUP BY s.staged_grant, s.planned
),
short_of AS (
  SELECT staged_grant AS short_grant, count(*) AS stages_short
  FROM words
  WHERE coalesce(given < wanted, true)
  GROUP BY staged_grant
),
judged AS (
  SELECT g.*, CASE
    WHEN g.asked_at IS NULL THEN 'never asked'
    WHEN g.decision IS NULL OR g.decision NOT IN ('allow', 'needs_approval') THEN 'refused by policy'
    WHEN f.final_as < c.last_claim THEN 'after its end'
    WHEN g.decision = 'needs_approval' AND coalesce(g.approval_plan, '') = '' THEN 'no plan'
    WHEN s.stages_short > 0 OR coalesce(g.approvals_needed, 0) > g.approvals_given THEN 'stages short' END AS found
  FROM claims AS c
  JOIN grants AS g ON g.grant_id = c.claimed_grant
  LEFT JOIN finals AS f ON f.final_grant = c.claimed_grant
  LEFT JOIN short_of AS s ON s.short_grant = c.claimed_grant
)
SELECT grant_id, agent_id, resource_id, access, first_claim_at, decision, approval_plan, approvals_given,
  found AS unapproved_by, status
FROM judged
WHERE found IS NOT NULL
ORDER BY first_claim_at, grant_id`,
};
