import { grantsOnce } from "./grants.ts";
import { period, type QueryText } from "./query.ts";

export const grantsOfAgent: QueryText = {
  name: "grants-of-agent",
  description:
    "An agent's grants that were asked for in a period, or gave access in it, and what became of them.",
  note: "Asked in the period, or with a session that reached into it: read without a first day, for an ask may be older.",
  parameters: [
    { name: "agent", type: "string", description: "the agent's id in the catalogue" },
    ...period(),
  ],
  answers: {
    grant_id: "the grant",
    status: "its state now, as far as the record goes",
    resource_id: "what was asked for",
    access: "to do what",
    scope: "the part of it, as canonical JSON; empty for the whole",
    window_seconds: "for how long",
    asked_at: "when it was asked",
    decision: "what policy said: allow, needs_approval, deny",
    approvers: "who said yes",
    starts_at: "the window's start, fixed when the first session was claimed",
    ends_at: "the window's end",
    access_until: "when access really ended; empty where there was none",
    collects: "how often credentials were collected, as far as each is an event",
    closing_code: "why it ended",
    purpose: "what the agent said it is for",
    ticket: "the ticket it named",
  },
  sql: `WITH ${grantsOnce("agent_id = {{agent}}")}
SELECT grant_id, status, resource_id, access, scope, window_seconds, asked_at, decision, approvers, starts_at, ends_at,
  access_until, collects, closing_code, purpose, ticket
FROM grants
WHERE (asked_at >= {{from}} AND asked_at < {{to}})
  OR (activated_at IS NOT NULL AND starts_at < {{to}} AND access_until > {{from}})
ORDER BY asked_at, grant_id`,
};
