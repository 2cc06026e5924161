import { breakGlass } from "./queries/break-glass.ts";
import { daysVerified } from "./queries/days-verified.ts";
import { decisionsByDay } from "./queries/decisions-by-day.ts";
import { endingsByCause } from "./queries/endings-by-cause.ts";
import { grantSample } from "./queries/grant-sample.ts";
import { grantTimeline } from "./queries/grant-timeline.ts";
import { grantsOfAgent } from "./queries/grants-of-agent.ts";
import { hastyApprovals } from "./queries/hasty-approvals.ts";
import { intentWithoutOutcome } from "./queries/intent-without-outcome.ts";
import { literal } from "./queries/literal.ts";
import { lockdownLatency } from "./queries/lockdown-latency.ts";
import { neverUsed } from "./queries/never-used.ts";
import { outsideScope } from "./queries/outside-scope.ts";
import { ownApprovals } from "./queries/own-approvals.ts";
import { ownerGone } from "./queries/owner-gone.ts";
import { policyChanges } from "./queries/policy-changes.ts";
import type { QueryText } from "./queries/query.ts";
import { recordReaders } from "./queries/record-readers.ts";
import { redFlags } from "./queries/red-flags.ts";
import { refusalsByAgent } from "./queries/refusals-by-agent.ts";
import { revocationFailures } from "./queries/revocation-failures.ts";
import { revocationLatency } from "./queries/revocation-latency.ts";
import { shadowDecisions } from "./queries/shadow-decisions.ts";
import { unapprovedMints } from "./queries/unapproved-mints.ts";
import { usedLess } from "./queries/used-less.ts";
import { whoHadAccess } from "./queries/who-had-access.ts";
import { windowsOverCap } from "./queries/windows-over-cap.ts";
import { withoutTicketOrPurpose } from "./queries/without-ticket-or-purpose.ts";

/**
 * A query as it is published. `sql` has `{{name}}` placeholders; `forAthena` has a `?` for each, filled in the order of
 * `athenaParameters` (a name comes again where the query uses it again).
 */
export type NamedQuery = QueryText & {
  summary: string;
  forAthena: string;
  athenaParameters: readonly string[];
};

const PLACEHOLDER = /\{\{([a-z_]+)\}\}/g;

function publish(query: QueryText): NamedQuery {
  const athenaParameters = [...query.sql.matchAll(PLACEHOLDER)].map(([, name]) => name ?? "");
  const description = `${query.description} Parameters in order: ${athenaParameters.join(", ")}.`;
  return {
    ...query,
    summary: query.description,
    description,
    forAthena: query.sql.replace(PLACEHOLDER, "?"),
    athenaParameters,
  };
}

export const namedQueries: readonly NamedQuery[] = [
  grantTimeline,
  whoHadAccess,
  grantsOfAgent,
  refusalsByAgent,
  decisionsByDay,
  endingsByCause,
  withoutTicketOrPurpose,
  unapprovedMints,
  ownApprovals,
  hastyApprovals,
  windowsOverCap,
  breakGlass,
  ownerGone,
  neverUsed,
  usedLess,
  outsideScope,
  revocationLatency,
  revocationFailures,
  lockdownLatency,
  redFlags,
  intentWithoutOutcome,
  policyChanges,
  shadowDecisions,
  recordReaders,
  daysVerified,
  grantSample,
].map(publish);

export type QueryValues = Readonly<Record<string, string>>;

/** Every value of a query as a literal, by name; throws when one is missing, unknown or not of its type's form. */
function literalsOf(query: NamedQuery, values: QueryValues): Map<string, string> {
  const known = query.parameters.map(({ name }) => name);
  const unknown = Object.keys(values).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new TypeError(`${query.name} has no parameter ${unknown.join(", ")}`);
  return new Map(
    query.parameters.map(({ name, type }) => {
      if (!Object.hasOwn(values, name)) throw new TypeError(`${query.name} needs ${name}`);
      try {
        return [name, literal(type, values[name])];
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : "";
        throw new TypeError(`${query.name}: ${name} is ${why}`, { cause });
      }
    }),
  );
}

function queryNamed(name: string): NamedQuery {
  const query = namedQueries.find((each) => each.name === name);
  if (!query) throw new TypeError(`no query is named ${JSON.stringify(name)}`);
  return query;
}

const filled = (literals: Map<string, string>, name: string): string => {
  const text = literals.get(name);
  if (text === undefined) throw new TypeError(`no parameter ${name}`);
  return text;
};

/** A query ready to run where there are no `?` parameters. Values are put in once, so none is read as a placeholder. */
export function renderQuery(name: string, values: QueryValues): string {
  const query = queryNamed(name);
  const literals = literalsOf(query, values);
  return query.sql.replace(PLACEHOLDER, (_match, parameter: string) => filled(literals, parameter));
}

/** What `StartQueryExecution` takes as `ExecutionParameters` with `forAthena`: literals too, strings in quotes. */
export function executionParameters(name: string, values: QueryValues): string[] {
  const query = queryNamed(name);
  const literals = literalsOf(query, values);
  return query.athenaParameters.map((parameter) => filled(literals, parameter));
}
