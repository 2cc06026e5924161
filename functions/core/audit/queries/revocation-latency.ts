import { grantsOnce } from "./grants.ts";
import { DAYS_AROUND, inPeriod, period, type QueryText } from "./query.ts";

export const revocationLatency: QueryText = {
  name: "revocation-latency",
  description:
    "How long it took from the stop to REVOKED in a period, by what proved it: count, p50, p95, p99, longest.",
  note: "Nearest rank (the smallest latency that so many per cent do not exceed), by positions: both engines' quantiles differ.",
  parameters: period(),
  answers: {
    proof: "`probed`: refused calls showed it; `expired`: the window was over first",
    revocations: "how many",
    p50_ms: "half took no longer, in milliseconds",
    p95_ms: "95 in 100 took no longer",
    p99_ms: "99 in 100 took no longer",
    longest_ms: "the longest",
  },
  sql: `WITH ${grantsOnce(DAYS_AROUND)},
latencies AS (
  SELECT coalesce(proof, 'none') AS proven_by, date_diff('millisecond', stopped_at, closed_at) AS ms
  FROM grants
  WHERE status = 'REVOKED' AND ${inPeriod("closed_at")}
),
placed AS (
  SELECT proven_by, ms, row_number() OVER (PARTITION BY proven_by ORDER BY ms) AS place,
    count(*) OVER (PARTITION BY proven_by) AS together
  FROM latencies
)
SELECT proven_by AS proof, count(*) AS revocations,
  min(ms) FILTER (WHERE place * 100 >= together * 50) AS p50_ms,
  min(ms) FILTER (WHERE place * 100 >= together * 95) AS p95_ms,
  min(ms) FILTER (WHERE place * 100 >= together * 99) AS p99_ms,
  max(ms) AS longest_ms
FROM placed
GROUP BY proven_by
ORDER BY proof`,
};
