import { eventsOnce, inPeriod, PERIOD_DAYS, period, type QueryText } from "./query.ts";

export const refusalsByAgent: QueryText = {
  name: "refusals-by-agent",
  description: "What each agent was refused in a period, how often and why; callers without a name included.",
  note: "Four kinds of no, told apart by `event_type`: policy at the ask (`grant.requested` that ended DENIED), policy or lockdown later (`grant.denied`), an approver (`grant.rejected`), and the API (`request.refused`: wrong call, unknown caller), where one event may stand for many refusals of its minute. `dt` is the event's day, so the period prunes.",
  parameters: period(),
  answers: {
    agent_id: "who was refused, as far as the catalogue knows them",
    event_type: "by whom: policy at the ask, policy later, a person, the API",
    code: "why",
    rules: "by which rules",
    refused_thing: "what: the resource, or the route",
    refusals: "how often",
    first_at: "the first",
    last_at: "the last",
    caller_arn: "the ARN that called",
  },
  sql: `WITH ${eventsOnce(PERIOD_DAYS)},
refusals AS (
  SELECT coalesce(agent_id, actor_id) AS caller, event_type AS kind, code AS why,
    rules AS rule_ids, coalesce(resource_id, path) AS subject, coalesce(refused_count, 1) AS times, event_time AS seen,
    CASE WHEN actor_type IN ('agent', 'unknown') THEN actor_arn END AS arn
  FROM events_once
  WHERE ${inPeriod("event_time")}
    AND ((event_type = 'grant.requested' AND status = 'DENIED')
      OR event_type IN ('grant.denied', 'grant.rejected')
      OR (event_type = 'request.refused' AND actor_type IN ('agent', 'unknown')))
)
SELECT caller AS agent_id, kind AS event_type, why AS code, rule_ids AS rules, subject AS refused_thing,
  CAST(sum(times) AS bigint) AS refusals, min(seen) AS first_at, max(seen) AS last_at, max(arn) AS caller_arn
FROM refusals
GROUP BY caller, kind, why, rule_ids, subject
ORDER BY agent_id, event_type, code, rules, refused_thing`,
};
