import { DAYS_AROUND, eventsOnce, period, type QueryText } from "./query.ts";

const TEN = "UNNEST(ARRAY[0, 1, 2, 3, 4, 5, 6, 7, 8, 9])";

export const daysVerified: QueryText = {
  name: "days-verified",
  description:
    "For each day of a period: hours with a signed digest, events, copies, gaps and breaks of grants' chains.",
  note: "What SQL can see of the record's wholeness, every day of the period, those without an event too (1,000 days at most). That no line was changed, and that nothing is missing that was signed, only `latchkey audit verify` can show: it reads the digests and hashes the lines.",
  parameters: period(),
  answers: {
    utc_day: "the day",
    hours_signed: "hours of it that a digest covers: 24 when the day is over",
    objects_signed: "object versions that these digests list",
    heads_signed: "chain heads that these digests list",
    events: "events, each once",
    extra_copies: "further copies of them in overlapping objects: harmless",
    gaps: "moves without the move before them: must be 0",
    breaks: "moves whose previous hash is not that of the move before them: must be 0",
    whole: "24 hours signed, no gap and no break",
  },
  sql: `WITH ${eventsOnce(DAYS_AROUND)},
calendar AS (
  SELECT date({{from}}) + (h.n * 100 + t.n * 10 + o.n) * INTERVAL '1' DAY AS of_day
  FROM ${TEN} AS h(n)
  CROSS JOIN ${TEN} AS t(n)
  CROSS JOIN ${TEN} AS o(n)
),
days AS (
  SELECT CAST(date(of_day) AS varchar) AS utc_day FROM calendar WHERE of_day < {{to}}
),
digests AS (
  SELECT CAST(date(starts_at) AS varchar) AS signed_day, count(DISTINCT date_trunc('hour', starts_at)) AS hours,
    CAST(sum(object_count) AS bigint) AS objects, CAST(sum(head_count) AS bigint) AS heads
  FROM events_once
  WHERE event_type = 'digest.signed'
  GROUP BY 1
),
linked AS (
  SELECT dt AS kept_day, copies, sequence, previous_hash,
    lag(sequence) OVER (PARTITION BY grant_id, sequence IS NULL ORDER BY sequence) AS sequence_before,
    lag(hash) OVER (PARTITION BY grant_id, sequence IS NULL ORDER BY sequence) AS hash_before
  FROM events_once
),
kept AS (
  SELECT kept_day, count(*) AS single, CAST(sum(copies) AS bigint) - count(*) AS again,
    count_if(sequence > 1 AND coalesce(sequence_before <> sequence - 1, true)) AS gaps_found,
    count_if((sequence = 1 AND previous_hash IS NOT NULL)
      OR (sequence > 1 AND sequence_before = sequence - 1 AND coalesce(previous_hash <> hash_before, true))) AS breaks_found
  FROM linked
  GROUP BY kept_day
)
SELECT d.utc_day AS utc_day, coalesce(s.hours, 0) AS hours_signed, coalesce(s.objects, 0) AS objects_signed,
  coalesce(s.heads, 0) AS heads_signed, coalesce(k.single, 0) AS events, coalesce(k.again, 0) AS extra_copies,
  coalesce(k.gaps_found, 0) AS gaps, coalesce(k.breaks_found, 0) AS breaks,
  coalesce(s.hours, 0) = 24 AND coalesce(k.gaps_found, 0) = 0 AND coalesce(k.breaks_found, 0) = 0 AS whole
FROM days AS d
LEFT JOIN digests AS s ON s.signed_day = d.utc_day
LEFT JOIN kept AS k ON k.kept_day = d.utc_day
ORDER BY d.utc_day`,
};
