import { grantsOnce } from "./grants.ts";
import { DAYS_SINCE, inPeriod, period, type QueryText } from "./query.ts";
import { usageOnce } from "./usage.ts";

export const neverUsed: QueryText = {
  name: "never-used",
  description: "Grants that became active in a period whose credentials were never collected, or never used.",
  note: "That nobody called is said only where CloudTrail told of calls to that service since the period began: without data events there would be no row of any grant. The service is the third part of the resource's ARN.",
  parameters: period(),
  answers: {
    grant_id: "the grant",
    agent_id: "who asked",
    owner_id: "the agent's owner",
    resource_id: "for what",
    access: "to do what",
    activated_at: "when there were credentials",
    window_seconds: "for how long",
    collects: "how often they were collected",
    unused_by:
      "`never collected`, or `never called`: collected, and no call in CloudTrail, refused ones included",
  },
  sql: `WITH ${grantsOnce(DAYS_SINCE)},
${usageOnce(DAYS_SINCE)},
services AS (
  SELECT DISTINCT service AS recorded FROM usage_once
),
callers AS (
  SELECT DISTINCT grant_id AS calling FROM usage_once WHERE grant_id IS NOT NULL
)
SELECT g.grant_id AS grant_id, g.agent_id AS agent_id, g.owner_id AS owner_id, g.resource_id AS resource_id,
  g.access AS access, g.activated_at AS activated_at, g.window_seconds AS window_seconds, g.collects AS collects,
  CASE WHEN g.collects = 0 THEN 'never collected' ELSE 'never called' END AS unused_by
FROM grants AS g
LEFT JOIN callers AS c ON c.calling = g.grant_id
LEFT JOIN services AS s ON s.recorded = split_part(g.resource_arn, ':', 3)
WHERE ${inPeriod("g.activated_at")}
  AND (g.collects = 0 OR (c.calling IS NULL AND s.recorded IS NOT NULL))
ORDER BY g.activated_at, g.grant_id`,
};
