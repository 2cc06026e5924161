import { grantsOnce } from "./grants.ts";
import { DAYS_AROUND, inPeriod, period, type QueryText } from "./query.ts";

export const ownApprovals: QueryText = {
  name: "own-approvals",
  description: "Approvals in a period by the agent's own side: its owner, whom it acts for, or its team.",
  note: "The broker refuses an owner's word and a delegate's (I-12); a team's is refused only where a rule says so.",
  parameters: period(),
  answers: {
    grant_id: "the grant",
    agent_id: "who asked",
    resource_id: "for what",
    approver_id: "who said yes",
    approved_at: "when",
    stage: "on which stage",
    own_by: "`owner`, `on behalf of` or `team`: the first that is true",
    owner_id: "the agent's owner when it asked",
    team: "the agent's team when it asked",
    approver_team: "the approver's team when they decided",
    status: "the grant's state now",
  },
  sql: `WITH ${grantsOnce(DAYS_AROUND)},
words AS (
  SELECT e.grant_id AS word_grant, e.actor_id AS approver, e.event_time AS said_at, e.stage AS on_stage,
    e.approver_team AS their_team
  FROM events_once AS e
  WHERE e.event_type IN ('grant.stage_approved', 'grant.approved') AND e.actor_type = 'person'
    AND ${inPeriod("e.event_time")}
)
SELECT g.grant_id AS grant_id, g.agent_id AS agent_id, g.resource_id AS resource_id, w.approver AS approver_id,
  w.said_at AS approved_at, w.on_stage AS stage,
  CASE WHEN w.approver = g.owner_id THEN 'owner' WHEN w.approver = g.on_behalf_of THEN 'on behalf of' ELSE 'team' END AS own_by,
  g.owner_id AS owner_id, g.team AS team, w.their_team AS approver_team, g.status AS status
FROM words AS w
JOIN grants AS g ON g.grant_id = w.word_grant
WHERE w.approver = g.owner_id OR w.approver = g.on_behalf_of OR w.their_team = g.team
ORDER BY w.said_at, g.grant_id, w.approver`,
};
