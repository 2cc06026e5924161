import { noAccess } from "../../../../client/access/wait.ts";
import type { Broker } from "../../../../client/broker/broker.ts";
import type { Answer } from "./answer.ts";
import { type Failure, failureOf } from "./failure.ts";
import type { Waiting } from "./waiting.ts";

export type SettleDeps = {
  waiting: Waiting;
  answer: Answer;
  /** The broker, for the execution of that name. */
  open(name: string): Pick<Broker, "grant">;
};
type Settled = "nobody waits" | "not decided" | "answered";

/** What is to be said now to whoever waits for a grant: a failure, success, or nothing yet. */
async function outcome(
  broker: Pick<Broker, "grant">,
  grantId: string,
  wait: number,
): Promise<Failure | "access" | undefined> {
  try {
    const grant = await broker.grant(grantId, { wait });
    const none = noAccess(grant);
    if (none) return failureOf(none);
    return grant.status === "ACTIVE" ? "access" : undefined;
  } catch (fault) {
    return failureOf(fault);
  }
}

/**
 * Looks how a grant stands, and answers the state that waits for it if that is settled. The broker's word counts, not an
 * event's: so it does not matter whether an event came early, twice, out of order or not at all, nor how often this runs.
 * The token is its own claim, good for one answer; it goes after it, so that a run which dies between is repeated.
 */
export async function settle(
  { waiting, answer, open }: SettleDeps,
  grantId: string,
  heldSeconds = 0,
): Promise<Settled> {
  const wait = await waiting.read(grantId);
  if (!wait) return "nobody waits";
  const said = await outcome(open(wait.name), grantId, heldSeconds);
  if (said === undefined) return "not decided";
  await answer(wait.taskToken, said === "access" ? undefined : said);
  await waiting.remove(wait);
  return "answered";
}
