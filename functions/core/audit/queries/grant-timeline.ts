import { eventsOnce, type QueryText } from "./query.ts";

export const grantTimeline: QueryText = {
  name: "grant-timeline",
  description: "Everything that happened to one grant, in order.",
  note: "Moves carry a sequence; what stands beside the chain (mails, collects) has none and follows a move of its moment.",
  parameters: [{ name: "grant", type: "string", description: "the grant's id" }],
  answers: {
    event_time: "when",
    event_type: "what happened: docs/audit-events.md has every type",
    sequence: "its place in the grant's chain; empty for what stands beside it (mails, collects)",
    status: "the grant's state after it",
    actor_type: "who did it: `agent`, `person`, `system`, `broker`, `unknown`",
    actor_id: "their id",
    agent_id: "whose grant",
    resource_id: "for what",
    access: "to do what",
    scope: "the part of it, as canonical JSON",
    starts_at: "the window's start",
    ends_at: "the window's end",
    decision: "what policy said",
    rules: "by which rules",
    stage: "the stage of approval that it is about",
    approval_group: "the group of that stage",
    people: "who was asked",
    session_name: "the session's name, as CloudTrail shows it",
    code: "why, by code",
    reason: "why, in words",
    proof: "of REVOKED: how it is known",
    event_id: "the event",
    hash: "its SHA-256",
  },
  sql: `WITH ${eventsOnce("grant_id = {{grant}}")}
SELECT event_time, event_type, sequence, status, actor_type, actor_id, agent_id, resource_id, access, scope,
  starts_at, ends_at, decision, rules, stage, approval_group, people, session_name, code, reason, proof,
  event_id, hash
FROM events_once
ORDER BY event_time ASC NULLS LAST, sequence ASC NULLS LAST, event_id ASC`,
};
