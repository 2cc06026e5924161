import { DAYS_SINCE, eventsOnce, inPeriod, period, type QueryText } from "./query.ts";

export const redFlags: QueryText = {
  name: "red-flags",
  description:
    "The red flags raised in a period: by which rule, about whom, why, what was done and what came of it.",
  note: "`action` `note` and `alert` stop nothing and have no outcome. One of `revoke` or `lockdown` without an outcome is not acted on yet: docs/runbooks/flag-failed.md. `evidence` is canonical JSON of numbers and ids.",
  parameters: period(),
  answers: {
    flag_id: "the flag",
    raised_at: "when it was raised",
    rule: "the rule of policy/flags.yaml that raised it",
    about: "whom it is about",
    agent_id: "the agent, where it is about one",
    grant_id: "the grant, where it is about one",
    action: "what it calls for: note, alert, revoke, lockdown",
    evidence: "why: numbers and ids",
    outcome: "what came of it: stopped, nothing_to_stop, locked_down, already_locked_down",
    stopped: "how many grants it ended",
    acted_at: "when that was",
  },
  sql: `WITH ${eventsOnce(DAYS_SINCE)},
acts AS (
  SELECT flag_id AS act_flag, min(code) AS act_code, min(refused_count) AS act_count, min(event_time) AS act_at
  FROM events_once
  WHERE event_type = 'flag.acted'
  GROUP BY flag_id
)
SELECT r.flag_id, r.event_time AS raised_at, r.rules AS rule, r.target AS about, r.agent_id, r.grant_id,
  r.flag_action AS action, r.evidence, a.act_code AS outcome, a.act_count AS stopped, a.act_at AS acted_at
FROM events_once AS r
LEFT JOIN acts AS a ON a.act_flag = r.flag_id
WHERE r.event_type = 'flag.raised' AND ${inPeriod("r.event_time")}
ORDER BY r.event_time, r.flag_id`,
};
