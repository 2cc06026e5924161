import { grantsOnce } from "./grants.ts";
import { period, type QueryText } from "./query.ts";

export const ownerGone: QueryText = {
  name: "owner-gone",
  description:
    "Grants that gave access at some time in a period while their agent's owner was gone from the policy.",
  note: "A person is gone from the policy that first leaves them out to the next that names them. Such policies may be old, so all days are read.",
  parameters: period(),
  answers: {
    grant_id: "the grant",
    agent_id: "whose",
    owner_id: "the owner when it was asked",
    resource_id: "for what",
    status: "its state now",
    gone_at: "since when the owner was gone",
    returned_at: "until when; empty where they did not come back",
    live_from: "when access without an owner began, in the period or before",
    live_until: "when it ended",
  },
  sql: `WITH ${grantsOnce("dt <= CAST(date({{to}} + INTERVAL '90' DAY) AS varchar)")},
changes AS (
  SELECT DISTINCT t.person, e.event_time AS changed_at, e.event_type AS change
  FROM events_once AS e
  CROSS JOIN UNNEST(split(e.people, ',')) AS t(person)
  WHERE e.event_type IN ('person.added', 'person.removed')
),
turns AS (
  SELECT person, changed_at, change, lag(change) OVER (PARTITION BY person ORDER BY changed_at, change) AS before
  FROM changes
),
absences AS (
  SELECT person, changed_at AS left_at, change, lead(changed_at) OVER (PARTITION BY person ORDER BY changed_at) AS back_at
  FROM turns
  WHERE before IS NULL OR before <> change
),
met AS (
  SELECT g.grant_id, g.agent_id, g.owner_id, g.resource_id, g.status, a.left_at, a.back_at,
    greatest(g.starts_at, a.left_at) AS began, least(g.access_until, coalesce(a.back_at, g.access_until)) AS ended
  FROM grants AS g
  JOIN absences AS a ON a.person = g.owner_id
  WHERE a.change = 'person.removed' AND g.access_until IS NOT NULL
)
SELECT grant_id, agent_id, owner_id, resource_id, status, left_at AS gone_at, back_at AS returned_at,
  began AS live_from, ended AS live_until
FROM met
WHERE began < ended AND began < {{to}} AND ended > {{from}}
ORDER BY began, grant_id`,
};
