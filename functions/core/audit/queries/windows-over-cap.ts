import { grantsOnce } from "./grants.ts";
import { DAYS_AROUND, inPeriod, period, type QueryText } from "./query.ts";

export const windowsOverCap: QueryText = {
  name: "windows-over-cap",
  description:
    "Grants asked in a period whose window, or whose unbroken access together with the grants before, is over the cap.",
  note: "Two ways past a cap. The window itself (must be none, I-04); and windows in a row: grants of one agent for one resource, access and scope of which each began before the one before it was over, extensions or asks anew, so that access went on unbroken for longer than any one may be. The second is allowed, each having its own decision: it is for people to see.",
  parameters: period(),
  answers: {
    grant_id: "the grant",
    agent_id: "who asked",
    resource_id: "for what",
    access: "to do what",
    asked_at: "when",
    status: "its state now",
    window_seconds: "the window that was asked for",
    cap_seconds: "the longest that policy lets this ask have",
    extends_grant: "the grant that it extends, where it is an extension",
    unbroken_ms: "how long access went on without a break until this grant's end, in milliseconds",
    in_a_row: "over how many grants",
    over_by: "`window`, `row`, or `window, row`",
  },
  sql: `WITH ${grantsOnce(DAYS_AROUND)},
ordered AS (
  SELECT grant_id AS live_grant, agent_id, resource_id, access, coalesce(scope, '') AS part, starts_at, access_until,
    max(access_until) OVER (
      PARTITION BY agent_id, resource_id, access, coalesce(scope, '')
      ORDER BY starts_at, grant_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS until_before
  FROM grants
  WHERE activated_at IS NOT NULL
),
runs AS (
  SELECT *,
    sum(CASE WHEN starts_at <= until_before THEN 0 ELSE 1 END) OVER (
      PARTITION BY agent_id, resource_id, access, part
      ORDER BY starts_at, live_grant
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS run
  FROM ordered
),
measured AS (
  SELECT live_grant,
    date_diff('millisecond',
      min(starts_at) OVER (PARTITION BY agent_id, resource_id, access, part, run ORDER BY starts_at, live_grant
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
      access_until) AS unbroken,
    row_number() OVER (PARTITION BY agent_id, resource_id, access, part, run ORDER BY starts_at, live_grant) AS place
  FROM runs
),
judged AS (
  SELECT g.*, m.unbroken, m.place,
    g.window_seconds > g.cap_seconds AS is_long,
    coalesce(m.place > 1 AND m.unbroken > g.cap_seconds * 1000, false) AS is_row
  FROM grants AS g
  LEFT JOIN measured AS m ON m.live_grant = g.grant_id
  WHERE ${inPeriod("g.asked_at")} AND g.decision <> 'deny'
)
SELECT grant_id, agent_id, resource_id, access, asked_at, status, window_seconds, cap_seconds, extends_grant,
  unbroken AS unbroken_ms, place AS in_a_row,
  CASE WHEN is_long AND is_row THEN 'window, row' WHEN is_long THEN 'window' ELSE 'row' END AS over_by
FROM judged
WHERE is_long OR is_row
ORDER BY asked_at, grant_id`,
};
