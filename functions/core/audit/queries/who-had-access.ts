import { eventsOnce, type QueryText } from "./query.ts";

export const whoHadAccess: QueryText = {
  name: "who-had-access",
  description: "Who had access to a resource at a time: agent, what for, who said yes, under which session.",
  note: "A grant's state at T is that of its last move until T. REVOKING counts as access, and says so: the denial is under way and not yet shown to be in force. ENDED within the window does too: it was released, and what its agent collected works until the window's end, unless a `session.denied` followed. A grant that was stopped before it was ever active had no session to use. The last move is found by sequence, which is true also where the clocks of two functions differ. Days after T are not read; days before are, all of them, for an approval may be much older than the access.",
  parameters: [
    { name: "resource", type: "string", description: "the resource's id in the catalogue" },
    { name: "at", type: "timestamp", description: "the time, ISO 8601 in UTC" },
  ],
  answers: {
    grant_id: "the grant",
    agent_id: "who had access",
    status:
      "the grant's state then; REVOKING: the denial is not proven yet; ENDED: released, and its sessions still worked",
    access: "to do what",
    scope: "the part of it, as canonical JSON",
    starts_at: "the window's start",
    ends_at: "the window's end",
    activated_at: "when there were credentials",
    session_name: "the session then, as CloudTrail shows it",
    decision: "what policy said",
    approvers: "who said yes",
    purpose: "what for, as the agent said",
    ticket: "the ticket it named",
    on_behalf_of: "for whom, as the agent said",
  },
  sql: `WITH ${eventsOnce("resource_id = {{resource}} AND dt <= CAST(date({{at}}) AS varchar)")},
moves AS (
  SELECT * FROM events_once WHERE sequence IS NOT NULL AND event_time <= {{at}}
),
grants_then AS (
  SELECT grant_id,
    max_by(status, sequence) AS status_then,
    max_by(agent_id, sequence) AS agent,
    max_by(access, sequence) AS access_kind,
    max(scope) AS scope_text,
    max(starts_at) AS started_at,
    max(ends_at) AS ending_at,
    min(event_time) FILTER (WHERE event_type = 'grant.activated') AS activated_at,
    max_by(session_name, sequence)
      FILTER (WHERE event_type IN ('grant.activated', 'grant.rotated')) AS session,
    max_by(decision, sequence) AS decided,
    max(purpose) AS purpose_text,
    max(ticket) AS ticket_id,
    max(on_behalf_of) AS behalf
  FROM moves
  GROUP BY grant_id
),
people_who_said_yes AS (
  SELECT DISTINCT grant_id, actor_id
  FROM moves
  WHERE event_type IN ('grant.stage_approved', 'grant.approved') AND actor_type = 'person'
),
denied_since AS (
  SELECT DISTINCT grant_id AS denied_grant
  FROM events_once
  WHERE event_type = 'session.denied' AND event_time <= {{at}}
),
approvals AS (
  SELECT grant_id, concat_ws(', ', array_agg(actor_id ORDER BY actor_id)) AS approvers
  FROM people_who_said_yes
  GROUP BY grant_id
)
SELECT g.grant_id AS grant_id, g.agent AS agent_id, g.status_then AS status, g.access_kind AS access,
  g.scope_text AS scope, g.started_at AS starts_at, g.ending_at AS ends_at, g.activated_at AS activated_at,
  g.session AS session_name, g.decided AS decision, a.approvers AS approvers, g.purpose_text AS purpose,
  g.ticket_id AS ticket, g.behalf AS on_behalf_of
FROM grants_then AS g
LEFT JOIN approvals AS a ON a.grant_id = g.grant_id
LEFT JOIN denied_since AS d ON d.denied_grant = g.grant_id
WHERE g.activated_at IS NOT NULL
  AND (g.status_then IN ('ACTIVE', 'REVOKING') OR (g.status_then = 'ENDED' AND d.denied_grant IS NULL))
  AND g.started_at <= {{at}} AND {{at}} < g.ending_at
ORDER BY g.started_at, g.grant_id`,
};
