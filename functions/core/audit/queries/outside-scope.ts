import { grantsOnce } from "./grants.ts";
import { DAYS_AROUND, inPeriod, PERIOD_DAYS, period, type QueryText } from "./query.ts";
import { s3Base, s3Place, usageOnce } from "./usage.ts";

// The canonical JSON of an S3 scope is `{"prefix":"2026/"}` or `{"keys":["a","b"]}`, in characters that JSON never escapes.
const IN_SCOPE = `CASE WHEN called_place IS NULL THEN called_bucket = split_part(base, '/', 1)
      WHEN strpos(called_place, base) <> 1 THEN false
      WHEN part IS NULL THEN true
      WHEN strpos(part, '{"prefix":"') = 1 THEN strpos(called_place, base || substr(part, 12, length(part) - 13)) = 1
      WHEN strpos(part, '{"keys":[') = 1
        THEN strpos(called_place, '"') = 0
          AND strpos(',' || substr(part, 10, length(part) - 11) || ',',
            ',"' || substr(called_place, length(base) + 1) || '",') > 0
      ELSE false END`;

export const outsideScope: QueryText = {
  name: "outside-scope",
  description:
    "Calls with minted sessions in a period that were refused, or that lie outside of what was granted.",
  note: "What was refused shows what was tried; what was allowed and should not have been would be a hole, so every doubt is told: a session of no known grant, a call after access was over, one that writes under a grant to read, one that names a resource that is not the grant's, or none. CloudTrail tells whole seconds, cut off, so a call in the second in which access ended counts as in time. That there is no such thing is told only to those who may look, so such an answer counts as a call that was allowed; other faults say nothing. Of other services than S3 the resource is compared, not the part of it.",
  parameters: period(),
  answers: {
    used_at: "when it was called",
    breach:
      "the first that is true: `no such grant`, `no such attempt`, `refused`, `outside the window`, `wrote`, `no resource named`, `outside the scope`",
    grant_id: "the grant that the session name says",
    agent_id: "whose",
    session_name: "the session",
    service: "which service",
    api_action: "which call",
    called_resource: "what it named: for S3 `bucket/key`, else the ARN",
    error_code: "how it was refused; empty where it was allowed",
    granted_resource: "the ARN that was granted",
    granted_scope: "the part that was granted, as canonical JSON",
    access: "what it was granted for",
    usage_id: "CloudTrail's event id",
  },
  sql: `WITH ${grantsOnce(DAYS_AROUND)},
${usageOnce(`${PERIOD_DAYS} AND session_name IS NOT NULL`)},
calls AS (
  SELECT u.usage_id, u.used_at, u.session_name, u.service, u.api_action, u.read_only, u.error_code, u.grant_id,
    u.attempt, u.bucket AS called_bucket, u.resource_arn AS called_arn, ${s3Place("u")} AS called_place,
    g.grant_id AS known_grant, g.agent_id, g.access, g.scope AS part, g.resource_arn AS granted_arn,
    ${s3Base("g.resource_arn")} AS base, replace(g.resource_arn, '*', '') AS bare_arn, g.attempts, g.starts_at,
    g.access_until
  FROM usage_once AS u
  LEFT JOIN grants AS g ON g.grant_id = u.grant_id
  WHERE ${inPeriod("u.used_at")}
),
judged AS (
  SELECT *, CASE
    WHEN known_grant IS NULL THEN 'no such grant'
    WHEN attempts IS NULL OR attempt IS NULL OR attempt > attempts THEN 'no such attempt'
    WHEN error_code LIKE '%AccessDenied%' OR error_code LIKE '%Unauthorized%' OR error_code LIKE '%ExpiredToken%'
      THEN 'refused'
    WHEN error_code NOT LIKE 'NoSuch%' AND error_code NOT LIKE '%NotFound%' THEN NULL
    WHEN access_until IS NULL OR used_at < starts_at OR used_at > access_until THEN 'outside the window'
    WHEN access IN ('read', 'list') AND coalesce(NOT read_only, true) THEN 'wrote'
    WHEN service <> 's3' AND called_arn IS NULL THEN 'no resource named'
    WHEN service <> 's3' AND (called_arn = granted_arn OR strpos(called_arn, bare_arn || '/') = 1
      OR (bare_arn <> granted_arn AND strpos(called_arn, bare_arn) = 1)) THEN NULL
    WHEN service = 's3' AND ${IN_SCOPE} THEN NULL
    ELSE 'outside the scope' END AS found
  FROM calls
)
SELECT used_at, found AS breach, grant_id, agent_id, session_name, service, api_action,
  coalesce(called_place, called_arn) AS called_resource, error_code, granted_arn AS granted_resource,
  part AS granted_scope, access, usage_id
FROM judged
WHERE found IS NOT NULL
ORDER BY used_at, usage_id`,
};
