import { eventsOnce, inPeriod, PERIOD_DAYS, period, type QueryText } from "./query.ts";

// `shadow_decision` is canonical JSON, in which a note's id is the only member of that name: what follows one, up to the
// next, is that rule's. A quote mark within a text is escaped there, so no text can pass for a member.
const ID = `'"id":"'`;
const WOULD = `'"would":"'`;

export const shadowDecisions: QueryText = {
  name: "shadow-decisions",
  description:
    "What rules on trial would have done in a period: by rule and agent, how often each would have asked, denied or allowed.",
  note: "A rule with `@shadow` decides nothing. `otherwise` counts the asks that would have had another outcome were every rule on trial live: several rules may have been noted with one ask. An ask that no rule on trial would have changed is not here.",
  parameters: period(),
  answers: {
    rule: "the rule on trial",
    agent_id: "the agent that asked",
    would_ask: "asks in which it would have asked people",
    would_deny: "asks that it would have denied",
    would_allow: "asks that it would have let pass, or longer",
    errors: "asks for which it could not be evaluated: live, it would have denied them",
    otherwise: "of all these, asks that all rules on trial together would have decided otherwise",
    last_asked_at: "when the last of them was asked",
  },
  sql: `WITH ${eventsOnce(PERIOD_DAYS)},
notes AS (
  SELECT e.agent_id AS asking, e.event_time AS asked_at, split_part(t.told, '"', 1) AS noted,
    split_part(split_part(t.told, ${WOULD}, 2), '"', 1) AS would,
    strpos(e.shadow_decision, '"outcome":"' || e.decision || '"') = 0 AS is_otherwise
  FROM events_once AS e
  CROSS JOIN UNNEST(split(e.shadow_decision, ${ID})) AS t(told)
  WHERE e.event_type = 'grant.requested' AND ${inPeriod("e.event_time")} AND t.told NOT LIKE '{%'
)
SELECT noted AS rule, asking AS agent_id,
  count_if(would = 'ask') AS would_ask,
  count_if(would = 'deny') AS would_deny,
  count_if(would = 'allow') AS would_allow,
  count_if(would = 'error') AS errors,
  count_if(is_otherwise) AS otherwise, max(asked_at) AS last_asked_at
FROM notes
GROUP BY noted, asking
ORDER BY noted, asking`,
};
