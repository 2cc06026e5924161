import { grantsOnce } from "./grants.ts";
import { DAYS_AROUND, inPeriod, period, type QueryText } from "./query.ts";

export const revocationFailures: QueryText = {
  name: "revocation-failures",
  description:
    "What went wrong with stopping in a period: not proven within two minutes, roles cut off, attempts lost.",
  note: "A stop that is younger than two minutes and not proven yet is here too, without `revoked_at`: ask again later.",
  parameters: period(),
  answers: {
    failure: "`late` (REVOKED after more than two minutes), `open` (not yet), `role cut off`, `attempt lost`",
    grant_id: "the grant; empty for a role",
    agent_id: "whose",
    role_name: "the access role",
    failed_at: "when it was stopped, cut off, or lost",
    revoked_at: "when the denial was proven, if ever",
    took_ms: "the time between, in milliseconds",
    proof: "by what it was proven",
    code: "why it was stopped, cut off or lost",
  },
  sql: `WITH ${grantsOnce(DAYS_AROUND)},
failures AS (
  SELECT CASE WHEN status = 'REVOKED' THEN 'late' ELSE 'open' END AS failed, grant_id AS of_grant, agent_id AS of_agent,
    role_name AS of_role, stopped_at AS since, CASE WHEN status = 'REVOKED' THEN closed_at END AS until,
    CASE WHEN status = 'REVOKED' THEN date_diff('millisecond', stopped_at, closed_at) END AS ms,
    proof AS proven_by, closing_code AS cause
  FROM grants
  WHERE ${inPeriod("stopped_at")}
    AND (status = 'REVOKING' OR date_diff('millisecond', stopped_at, closed_at) > 120000)
  UNION ALL
  SELECT CASE WHEN event_type = 'role.cut_off' THEN 'role cut off' ELSE 'attempt lost' END, grant_id, agent_id,
    role_name, event_time, CAST(NULL AS timestamp), CAST(NULL AS bigint), CAST(NULL AS varchar), code
  FROM events_once
  WHERE event_type IN ('role.cut_off', 'attempt.lost') AND ${inPeriod("event_time")}
)
SELECT failed AS failure, of_grant AS grant_id, of_agent AS agent_id, of_role AS role_name, since AS failed_at,
  until AS revoked_at, ms AS took_ms, proven_by AS proof, cause AS code
FROM failures
ORDER BY since, failed, of_grant, of_role`,
};
