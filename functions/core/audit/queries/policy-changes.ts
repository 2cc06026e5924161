import { eventsOnce, inPeriod, PERIOD_DAYS, period, type QueryText } from "./query.ts";

export const policyChanges: QueryText = {
  name: "policy-changes",
  description:
    "Administrative acts in a period: policy, people, agents tied to an identity, lockdowns set and lifted.",
  parameters: period(),
  answers: {
    event_time: "when",
    event_type: "what",
    actor_type: "`person`, `broker` or `agent`",
    actor_id: "who",
    subject: "about whom or what: the person, the agent, the lockdown's target, the policy version",
    policy_version: "the policy that is in force from then on, where it is about policy",
    lockdown_id: "the lockdown",
    reason: "why, or what was before",
    event_id: "the event",
  },
  sql: `WITH ${eventsOnce(PERIOD_DAYS)}
SELECT event_time, event_type, actor_type, actor_id, coalesce(people, target, agent_id, policy_version) AS subject,
  policy_version, lockdown_id, reason, event_id
FROM events_once
WHERE event_type IN ('policy.changed', 'person.added', 'person.removed', 'agent.pinned', 'lockdown.set',
    'lockdown.lifted')
  AND ${inPeriod("event_time")}
ORDER BY event_time, event_id`,
};
