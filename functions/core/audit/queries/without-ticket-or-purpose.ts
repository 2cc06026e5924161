import { grantsOnce } from "./grants.ts";
import { DAYS_SINCE, inPeriod, period, type QueryText } from "./query.ts";

export const withoutTicketOrPurpose: QueryText = {
  name: "without-ticket-or-purpose",
  description:
    "Grants asked in a period that policy did not refuse at once, and that name no ticket or no purpose.",
  note: "Blank is as good as absent. What policy refused at once gave nobody anything and is left out.",
  parameters: period(),
  answers: {
    grant_id: "the grant",
    agent_id: "who asked",
    resource_id: "for what",
    access: "to do what",
    asked_at: "when",
    status: "its state now",
    missing: "`ticket`, `purpose`, or both",
    ticket: "the ticket as it was given",
    purpose: "the purpose as it was given",
  },
  sql: `WITH ${grantsOnce(DAYS_SINCE)},
told AS (
  SELECT *, trim(coalesce(ticket, '')) = '' AS no_ticket, trim(coalesce(purpose, '')) = '' AS no_purpose
  FROM grants
  WHERE ${inPeriod("asked_at")} AND decision <> 'deny'
)
SELECT grant_id, agent_id, resource_id, access, asked_at, status,
  CASE WHEN no_ticket AND no_purpose THEN 'ticket, purpose' WHEN no_ticket THEN 'ticket' ELSE 'purpose' END AS missing,
  ticket, purpose
FROM told
WHERE no_ticket OR no_purpose
ORDER BY asked_at, grant_id`,
};
