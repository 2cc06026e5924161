import type { OutcomeBody } from "../../functions/core/api/actions.ts";
import type { Broker } from "../broker/broker.ts";

/** The agent itself is the audience of some action types. */
export const AGENT = "agent";

/** A shell's own codes from 126 on: it was not started, or a signal ended it. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_08_02 */
function outcomeBy(code: number | undefined): OutcomeBody {
  if (code === 0) return { result: "done" };
  if (code === 126 || code === 127) return { result: "failed", detail: "its command was not started" };
  if (code === undefined || code > 128) return { result: "unknown" };
  return { result: "failed", detail: `its command ended with exit code ${code}` };
}

/** Says what came of it, and where that cannot be said, how to do so. Never throws: the command's exit code stays its own. */
export async function reportBy(
  { broker, say }: { broker: Pick<Broker, "outcome">; say(text: string): void },
  id: string,
  code: number | undefined,
): Promise<void> {
  const outcome = outcomeBy(code);
  try {
    await broker.outcome(id, outcome);
  } catch (error) {
    say(
      `The outcome of action ${id} could not be reported: latchkey action outcome ${id} ${outcome.result}. ${(error as Error).message}`,
    );
  }
}
