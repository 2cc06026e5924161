import type { ActionBody, ActionView } from "../../functions/core/api/actions.ts";
import type { GrantView } from "../../functions/core/api/schemas.ts";
import type { Broker } from "../broker/broker.ts";
import { LatchkeyError, OverError } from "../errors.ts";
import { approvedAction, grantOfAction } from "./action.ts";
import { noAccess } from "./wait.ts";

type OutcomeDeps = {
  broker: Pick<Broker, "action">;
  pause(ms: number, signal?: AbortSignal): Promise<void>;
};
type Parameters = ActionBody["parameters"];

const EVERY_MS = 1_000;

/** Why an action that was approved has no permit (any more) for who asked. */
export function noPermit(action: ActionView): LatchkeyError {
  const { id, redeemed } = action;
  if (redeemed)
    return new LatchkeyError(
      "conflict",
      `The permit of action ${id} was redeemed by ${redeemed.by} at ${redeemed.at}: it is good once.`,
    );
  return (
    noAccess(grantOfAction(action)) ??
    new OverError(`The permit of action ${id} is over: ask for a new one.`, grantOfAction(action))
  );
}

/**
 * The action of a grant that is waited for, and where Latchkey itself performs it: once it has, with its outcome. Throws
 * why there is none, and when it ended without an outcome, as one that was stopped does.
 */
export async function approvedOrPerformed(
  { broker, pause }: OutcomeDeps,
  active: Promise<GrantView>,
  parameters: Parameters,
  signal?: AbortSignal,
): Promise<ActionView> {
  let over: OverError | undefined;
  const { id } = await active.catch((error: unknown) => {
    // One that takes a moment to perform may be over before it was seen to be active.
    if (!(error instanceof OverError) || signal?.aborted) throw error;
    over = error;
    return error.grant;
  });
  for (;;) {
    const action = await approvedAction({ broker }, id, parameters, signal);
    if (action.performer && action.outcome) return action;
    const none = over ?? noAccess(grantOfAction(action));
    if (none) throw none;
    if (!action.performer) return action;
    await pause(EVERY_MS, signal);
  }
}

/** The same for what Latchkey has to perform. */
export async function performedAction(
  deps: OutcomeDeps,
  active: Promise<GrantView>,
  parameters: Parameters,
  signal?: AbortSignal,
): Promise<ActionView> {
  const action = await approvedOrPerformed(deps, active, parameters, signal);
  if (action.performer) return action;
  throw new LatchkeyError("usage", `${action.audience} performs ${action.type}: call requireApproval.`);
}
