import { grantsOnce } from "./grants.ts";
import { DAYS_SINCE, inPeriod, period, type QueryText } from "./query.ts";
import { s3Base, s3Place, usageOnce } from "./usage.ts";

export const usedLess: QueryText = {
  name: "used-less",
  description:
    "Grants that became active in a period and used less than they asked for: smaller asks for the next time.",
  note: "Of calls that were allowed. A folder is the first part of a key below the resource's own prefix; a listing names no key. A window that ended by a stop is held to what was asked for all the same.",
  parameters: period(),
  answers: {
    grant_id: "the grant",
    agent_id: "who asked",
    owner_id: "the agent's owner",
    resource_id: "for what",
    access: "to do what",
    window_seconds: "for how long",
    calls: "calls that were allowed",
    only_read: "asked to write, and only read",
    one_folder: "asked for the whole of an S3 resource, and touched the objects of one folder",
    folder: "that folder",
    brief: "made its last call in the first tenth of its window",
    used_ms: "from the window's start to the last call, in milliseconds",
  },
  sql: `WITH ${grantsOnce(DAYS_SINCE)},
${usageOnce(`${DAYS_SINCE} AND grant_id IS NOT NULL`)},
calls AS (
  SELECT g.grant_id AS of_grant, u.used_at, u.read_only,
    CASE WHEN strpos(${s3Place("u")}, ${s3Base("g.resource_arn")}) = 1
      THEN substr(${s3Place("u")}, length(${s3Base("g.resource_arn")}) + 1) END AS below
  FROM usage_once AS u
  JOIN grants AS g ON g.grant_id = u.grant_id
  WHERE u.error_code IS NULL AND ${inPeriod("g.activated_at")}
),
summed AS (
  SELECT of_grant, count(*) AS allowed, count_if(NOT read_only) AS written, max(used_at) AS last_at,
    count(below) AS keyed, count_if(strpos(below, '/') > 0) AS in_folders,
    min(split_part(below, '/', 1)) AS lowest_folder, max(split_part(below, '/', 1)) AS highest_folder
  FROM calls
  GROUP BY of_grant
),
judged AS (
  SELECT g.*, s.allowed,
    g.access = 'write' AND s.written = 0 AS is_read,
    g.scope IS NULL AND s.keyed > 0 AND s.in_folders = s.keyed AND s.lowest_folder = s.highest_folder AS is_one,
    s.lowest_folder AS named,
    date_diff('millisecond', g.starts_at, s.last_at) AS ms,
    date_diff('millisecond', g.starts_at, s.last_at) * 10 < g.window_seconds * 1000 AS is_brief
  FROM summed AS s
  JOIN grants AS g ON g.grant_id = s.of_grant
)
SELECT grant_id, agent_id, owner_id, resource_id, access, window_seconds, allowed AS calls, is_read AS only_read,
  is_one AS one_folder, CASE WHEN is_one THEN named END AS folder, is_brief AS brief, ms AS used_ms
FROM judged
WHERE is_read OR is_one OR is_brief
ORDER BY grant_id`,
};
