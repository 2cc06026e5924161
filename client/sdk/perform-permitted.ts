import { depsOf } from "./deps.ts";
import type { HandedOver, PerformOptions, RedeemOptions } from "./options.ts";
import { performedBy, redeemWith } from "./permitted.ts";
import type { Action, Outcome, Redeemed } from "./types.ts";

/**
 * For the system that performs an action: redeems the permit for exactly these parameters, calls `perform` once with them,
 * and reports what came of it: `done` when it returns, `failed` when it throws an `ActionFailedError` (whose message goes
 * on record), `unknown` when it throws anything else, which says nothing of whether it was done. Resolves with what
 * `perform` returned, rejects with what it threw.
 *
 * Nothing is performed when the redemption is refused or its answer is lost: `RefusedError` with the codes `permit_used`,
 * `permit_mismatch`, `wrong_audience`, `grant_over`, `locked_down`.
 */
export function performPermitted<P extends object, T>(
  handedOver: HandedOver<P>,
  perform: (parameters: P, redeemed: Redeemed) => T | Promise<T>,
  options: PerformOptions<T> = {},
): Promise<T> {
  return performedBy(depsOf(options), handedOver, perform, options);
}

/** Redeems a permit, once, and nothing else: whoever calls it performs the action, and calls `reportOutcome`. */
export function redeemPermit<P extends object>(
  handedOver: HandedOver<P>,
  options: RedeemOptions = {},
): Promise<Redeemed> {
  return redeemWith(depsOf(options), handedOver, options.signal);
}

/** Says what came of an action, by who redeemed it. A later word may replace `unknown`, and nothing else. */
export function reportOutcome(
  id: string,
  outcome: Pick<Outcome, "result" | "detail">,
  { signal, ...options }: RedeemOptions = {},
): Promise<Action> {
  return depsOf(options).broker.outcome(id, outcome, signal ? { signal } : {});
}
