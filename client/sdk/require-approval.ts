import { approvedWith, performedWith } from "./approved.ts";
import { depsOf } from "./deps.ts";
import type { ApprovalOptions, Perform } from "./options.ts";
import type { Action, ActionRequest } from "./types.ts";

/**
 * Asks that one thing be done, with exactly these parameters; waits until policy or people agree; and calls `use`, once,
 * with a permit for it, to hand over to the system that performs it (or to redeem, where that is the agent itself). The
 * parameters are taken when this is called: what `use` is given, frozen, is what people saw.
 *
 * Resolves with what `use` returned; the permit is then good until it is redeemed or its minutes are over. When `use`
 * throws, or `signal` is aborted, a permit that nobody has redeemed is given back before this rejects.
 *
 * Throws what `withAccess` does: `DeniedError` with its reasons, `RejectedError`, `PendingError` (the ask is withdrawn),
 * `OverError`, and `RefusedError` of kind `usage` for parameters that the action type does not allow.
 */
export function requireApproval<P extends object, T>(
  action: ActionRequest,
  parameters: P,
  use: Perform<P, T>,
  options: ApprovalOptions = {},
): Promise<T> {
  return approvedWith(() => depsOf(options), action, parameters, use, options);
}

/**
 * The same for what Latchkey itself performs: asks, waits until it was done, and resolves with the action. `outcome` says
 * what came of it, which may be `failed` or `unknown`. Given up before it is performed, it is given back.
 */
export function performAction(
  action: ActionRequest,
  parameters: object,
  options: ApprovalOptions = {},
): Promise<Action> {
  return performedWith(() => depsOf(options), action, parameters, options);
}
