import { grantsOnce } from "./grants.ts";
import { DAYS_SINCE, inPeriod, period, type QueryText } from "./query.ts";

// Both engines hash, but neither the other's way. The asking event's own SHA-256 is random enough: 28 bits of it each as
// a and b, and (a * seed + b) mod a prime, so that another seed gives another order and nobody can choose a low place.
const digits = (from: number): string =>
  Array.from(
    { length: 7 },
    (_, index) => `(strpos('0123456789abcdef', substr(hash, ${from + index}, 1)) - 1) * ${16 ** (6 - index)}`,
  ).join(" + ");

export const grantSample: QueryText = {
  name: "grant-sample",
  description:
    "Some grants asked in a period, picked by a seed, with the evidence of each; the same seed picks the same.",
  parameters: period(
    { name: "count", type: "bigint", description: "how many" },
    {
      name: "seed",
      type: "bigint",
      description: "any number: say it beforehand, and nobody can say you chose",
    },
  ),
  answers: {
    place: "its place in the sample",
    grant_id: "the grant",
    agent_id: "who asked",
    owner_id: "the agent's owner",
    resource_id: "for what",
    access: "to do what",
    scope: "the part of it, as canonical JSON",
    window_seconds: "for how long",
    asked_at: "when",
    decision: "what policy said",
    rules: "by which rules",
    policy_version: "of which policy, at its last check",
    digest: "what exactly was asked and approved",
    approval_plan: "the stages policy asked for",
    approvers: "who said yes",
    activated_at: "when there were credentials",
    access_until: "when access ended",
    sessions: "the names of all sessions, as CloudTrail shows them",
    collects: "how often they were collected",
    status: "its state now",
    closing_code: "why it ended",
    proof: "how it is known that a stop is in force",
    moves: "how many moves its chain has",
    head_hash: "the hash of the last: what `latchkey audit prove` proves",
  },
  sql: `WITH ${grantsOnce(DAYS_SINCE)},
keyed AS (
  SELECT grant_id AS picked, mod((${digits(1)}) * (mod({{seed}}, 1000000007) + 1) + (${digits(8)}), 2147483647) AS pick
  FROM events_once
  WHERE event_type = 'grant.requested' AND ${inPeriod("event_time")}
),
placed AS (
  SELECT picked, row_number() OVER (ORDER BY pick, picked) AS place FROM keyed
),
sessions_of AS (
  SELECT grant_id AS session_grant, concat_ws(', ', array_agg(session_name ORDER BY session_name)) AS names
  FROM (SELECT DISTINCT grant_id, session_name FROM events_once
    WHERE event_type IN ('grant.activated', 'grant.rotated') AND session_name IS NOT NULL) AS named
  GROUP BY grant_id
)
SELECT p.place AS place, g.grant_id AS grant_id, g.agent_id AS agent_id, g.owner_id AS owner_id,
  g.resource_id AS resource_id, g.access AS access, g.scope AS scope, g.window_seconds AS window_seconds,
  g.asked_at AS asked_at, g.decision AS decision, g.rules AS rules, g.policy_version AS policy_version,
  g.digest AS digest, g.approval_plan AS approval_plan, g.approvers AS approvers, g.activated_at AS activated_at,
  g.access_until AS access_until, s.names AS sessions, g.collects AS collects, g.status AS status,
  g.closing_code AS closing_code, g.proof AS proof, g.moves AS moves, g.head_hash AS head_hash
FROM placed AS p
JOIN grants AS g ON g.grant_id = p.picked
LEFT JOIN sessions_of AS s ON s.session_grant = p.picked
WHERE p.place <= {{count}}
ORDER BY p.place`,
};
