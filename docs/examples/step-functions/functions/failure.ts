import { DeniedError, type ErrorKind, LatchkeyError } from "../../../../client/sdk/index.ts";

/** Why there is no access, as the state machine carries it and as its execution ends: a name to branch on, and a sentence. */
export type Failure = { error: string; cause: string };

/** What may pass by itself: thrown on, so that the task's Retry sees it. */
const PASSING: ReadonlySet<ErrorKind> = new Set(["unavailable", "quota", "failed"]);

/** An API's no in full: every reason, and what would pass instead. */
function deniedBecause({ message, reasons, alternatives }: DeniedError): string {
  const why = reasons.map(({ reason }) => reason).join("; ");
  const instead = alternatives.map(({ change }) => JSON.stringify(change)).join(" or ");
  return `${message}${why ? ` Because ${why}.` : ""}${instead ? ` It would pass with ${instead}.` : ""}`;
}

/**
 * A final no as data: task functions return outcomes, so that access is given back before the execution fails. Anything
 * else is thrown on.
 */
export function failureOf(fault: unknown): Failure {
  if (!(fault instanceof LatchkeyError) || PASSING.has(fault.kind)) throw fault;
  const cause = fault instanceof DeniedError ? deniedBecause(fault) : fault.message;
  return { error: `Latchkey.${fault.kind}`, cause };
}
