import type { ActionBody, ActionView } from "../../functions/core/api/actions.ts";
import type { Broker } from "../broker/broker.ts";
import { LatchkeyError } from "../errors.ts";
import { approvedAction, grantOfAction } from "./action.ts";
import { noAccess } from "./wait.ts";

type OutcomeDeps = {
  broker: Pick<Broker, "action">;
  pause(ms: number, signal?: AbortSignal): Promise<void>;
};

const EVERY_MS = 1_000;

/**
 * Waits until Latchkey has performed an action that was approved, and answers it with its outcome. Throws when it ended
 * without one, as one that was stopped does, and when it is no action that Latchkey performs.
 */
export async function outcomeOf(
  { broker, pause }: OutcomeDeps,
  id: string,
  parameters: ActionBody["parameters"],
  signal?: AbortSignal,
): Promise<ActionView> {
  for (;;) {
    const action = await approvedAction({ broker }, id, parameters, signal);
    if (action.outcome) return action;
    const none = noAccess(grantOfAction(action));
    if (none) throw none;
    if (!action.performer)
      throw new LatchkeyError("usage", `${action.audience} performs ${action.type}: call requireApproval.`);
    await pause(EVERY_MS, signal);
  }
}
