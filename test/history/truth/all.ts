import { hastyApprovals, ownApprovals, unapprovedMints } from "./approvals.ts";
import { neverUsed, outsideScope, recordReaders, usedLess } from "./calls.ts";
import {
  daysVerified,
  decisionsByDay,
  grantTimeline,
  ownerGone,
  policyChanges,
  refusalsByAgent,
} from "./days.ts";
import {
  endingsByCause,
  intentWithoutOutcome,
  lockdownLatency,
  redFlags,
  revocationFailures,
  revocationLatency,
} from "./endings.ts";
import {
  breakGlass,
  grantSample,
  grantsOfAgent,
  whoHadAccess,
  windowsOverCap,
  withoutTicketOrPurpose,
} from "./grants.ts";
import type { Truth } from "./row.ts";
import { shadowDecisions } from "./trials.ts";

/** The true answer of each named query. `copies`: further copies of events in the objects, by day. */
export const truths = (copies: ReadonlyMap<string, number>): Record<string, Truth> => ({
  "grant-timeline": grantTimeline,
  "who-had-access": whoHadAccess,
  "grants-of-agent": grantsOfAgent,
  "refusals-by-agent": refusalsByAgent,
  "decisions-by-day": decisionsByDay,
  "endings-by-cause": endingsByCause,
  "without-ticket-or-purpose": withoutTicketOrPurpose,
  "unapproved-mints": unapprovedMints,
  "own-approvals": ownApprovals,
  "hasty-approvals": hastyApprovals,
  "windows-over-cap": windowsOverCap,
  "break-glass": breakGlass,
  "owner-gone": ownerGone,
  "never-used": neverUsed,
  "used-less": usedLess,
  "outside-scope": outsideScope,
  "revocation-latency": revocationLatency,
  "revocation-failures": revocationFailures,
  "lockdown-latency": lockdownLatency,
  "red-flags": redFlags,
  "intent-without-outcome": intentWithoutOutcome,
  "policy-changes": policyChanges,
  "shadow-decisions": shadowDecisions,
  "record-readers": recordReaders,
  "days-verified": daysVerified(copies),
  "grant-sample": grantSample,
});
