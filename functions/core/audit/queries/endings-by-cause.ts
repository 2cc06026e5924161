import { eventsOnce, inPeriod, PERIOD_DAYS, period, type QueryText } from "./query.ts";

export const endingsByCause: QueryText = {
  name: "endings-by-cause",
  description: "How grants ended in a period, and why: one row for each final state, cause and proof.",
  parameters: period(),
  answers: {
    status: "the final state",
    code: "why",
    proof: "of REVOKED: how it is known",
    grants: "how many",
    first_at: "the first",
    last_at: "the last",
  },
  sql: `WITH ${eventsOnce(PERIOD_DAYS)},
endings AS (
  SELECT status AS final_status, code AS cause, proof AS proven_by, event_time AS seen
  FROM events_once
  WHERE sequence IS NOT NULL AND ${inPeriod("event_time")}
    AND status IN ('DENIED', 'REJECTED', 'EXPIRED', 'CANCELLED', 'FAILED', 'ENDED', 'REVOKED')
)
SELECT final_status AS status, cause AS code, proven_by AS proof, count(*) AS grants, min(seen) AS first_at,
  max(seen) AS last_at
FROM endings
GROUP BY final_status, cause, proven_by
ORDER BY status, code, proof`,
};
