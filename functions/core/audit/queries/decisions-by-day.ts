import { eventsOnce, inPeriod, PERIOD_DAYS, period, type QueryText } from "./query.ts";

export const decisionsByDay: QueryText = {
  name: "decisions-by-day",
  description:
    "For each day of a period with an event: asks, what policy decided, what people said, what was refused.",
  parameters: period(),
  answers: {
    utc_day: "the day",
    asks: "grants asked for, refused ones included",
    allowed: "of them: policy said yes at once",
    needed_people: "of them: policy asked people",
    refused_by_policy: "of them: policy said no",
    glass_broken: "of them: the glass was broken",
    dry_runs: "decisions asked for without a grant",
    yes: "words of people for a grant",
    rejected: "grants that a person rejected",
    expired: "grants on which nobody decided, or that nobody began, in time",
    minted: "grants that became active",
    refused_calls: "calls that the API refused, repeats included",
  },
  sql: `WITH ${eventsOnce(PERIOD_DAYS)}
SELECT dt AS utc_day,
  count_if(event_type = 'grant.requested') AS asks,
  count_if(event_type = 'grant.requested' AND decision = 'allow') AS allowed,
  count_if(event_type = 'grant.requested' AND decision = 'needs_approval') AS needed_people,
  count_if(event_type = 'grant.requested' AND decision = 'deny') AS refused_by_policy,
  count_if(event_type = 'grant.requested' AND break_glass) AS glass_broken,
  count_if(event_type = 'decision.dry_run') AS dry_runs,
  count_if(event_type IN ('grant.stage_approved', 'grant.approved') AND actor_type = 'person') AS yes,
  count_if(event_type = 'grant.rejected') AS rejected,
  count_if(event_type = 'grant.expired') AS expired,
  count_if(event_type = 'grant.activated') AS minted,
  CAST(coalesce(sum(CASE WHEN event_type = 'request.refused' THEN coalesce(refused_count, 1) END), 0) AS bigint) AS refused_calls
FROM events_once
WHERE ${inPeriod("event_time")}
GROUP BY dt
ORDER BY utc_day`,
};
