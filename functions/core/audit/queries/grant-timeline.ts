import { eventsOnce, type QueryText } from "./query.ts";

/** Moves carry a sequence; what stands beside the chain (mails, collects) has none and follows a move of its moment. */
export const grantTimeline: QueryText = {
  name: "grant-timeline",
  description: "Everything that happened to one grant, in order.",
  parameters: [{ name: "grant", type: "string", description: "the grant's id" }],
  sql: `WITH ${eventsOnce("grant_id = {{grant}}")}
SELECT event_time, event_type, sequence, status, actor_type, actor_id, agent_id, resource_id, access, scope,
  starts_at, ends_at, decision, rules, stage, approval_group, people, session_name, code, reason, proof,
  event_id, hash
FROM events_once
ORDER BY event_time ASC NULLS LAST, sequence ASC NULLS LAST, event_id ASC`,
};
