import { eventsOnce, inPeriod, PERIOD_DAYS, period, type QueryText } from "./query.ts";
import { usageOnce } from "./usage.ts";

// Those that add, and the one that reads what it signs: each by its whole role, in the account that the bucket is named
// after. Whoever else is called `latchkey-…`, and an agent's session of an access role, is a reader like any other.
const OURS = `(split_part(coalesce(caller_arn, ''), ':', 5)
        = split_part(replace(replace(bucket, 'latchkey-audit-', ''), 'results-', ''), '-', 1)
      AND split_part(split_part(coalesce(caller_arn, ''), ':', 6), '/', 1) = 'assumed-role'
      AND split_part(split_part(coalesce(caller_arn, ''), ':', 6), '/', 2)
        IN ('latchkey-sign-digest', 'latchkey-export-audit', 'latchkey-import-usage'))`;

export const recordReaders: QueryText = {
  name: "record-readers",
  description:
    "Who read the record in a period: through the API, and at the buckets by anybody but Latchkey's own roles.",
  note: "Through the API, which writes an event; and at the buckets, as far as CloudTrail records data events of them.",
  parameters: period(),
  answers: {
    via: "`API`, or `S3`: Athena and everybody else who read objects",
    reader: "the person's id, or the ARN that called",
    read_what: "the route, or the S3 call and the bucket",
    reads: "how many",
    refused: "how many of them were refused",
    first_at: "the first",
    last_at: "the last",
  },
  sql: `WITH ${eventsOnce(PERIOD_DAYS)},
${usageOnce(`${PERIOD_DAYS} AND bucket LIKE 'latchkey-audit-%'`)},
reads AS (
  SELECT 'API' AS through, actor_id AS who, path AS what, coalesce(refused_count, 1) AS times, 0 AS denied,
    event_time AS seen
  FROM events_once
  WHERE event_type = 'record.read' AND ${inPeriod("event_time")}
  UNION ALL
  SELECT 'S3', caller_arn, api_action || ' ' || bucket, 1, CASE WHEN error_code IS NULL THEN 0 ELSE 1 END, used_at
  FROM usage_once
  WHERE ${inPeriod("used_at")} AND NOT ${OURS}
)
SELECT through AS via, who AS reader, what AS read_what, CAST(sum(times) AS bigint) AS reads,
  CAST(sum(denied) AS bigint) AS refused, min(seen) AS first_at, max(seen) AS last_at
FROM reads
GROUP BY through, who, what
ORDER BY via, reader, read_what`,
};
