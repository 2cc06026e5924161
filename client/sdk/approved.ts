import type { ActionBody } from "../../functions/core/api/actions.ts";
import {
  acting,
  actionTypeOf,
  approvedAction,
  askOfAction,
  giveBackAction,
  settledParameters,
} from "../access/action.ts";
import { noPermit, performedAction } from "../access/outcome.ts";
import { LatchkeyError } from "../errors.ts";
import { unlessAborted } from "./access.ts";
import { type Lease, type LeaseDeps, openLease } from "./lease.ts";
import type { ApprovalOptions, Perform } from "./options.ts";
import type { Action, ActionRequest, Broker } from "./types.ts";

export type ApprovalDeps = Omit<LeaseDeps, "broker"> & {
  broker: LeaseDeps["broker"] & Pick<Broker, "act" | "action" | "catalogue">;
};

/** An action that is being asked for, whose end leaves what was performed as it is. */
function open(deps: ApprovalDeps, body: ActionBody, options: ApprovalOptions): Lease {
  const { broker } = deps;
  const asking = {
    ...acting(broker),
    release: (id: string) => giveBackAction(broker, id),
  };
  return openLease({ ...deps, broker: asking }, askOfAction(body), options);
}

function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const each of Object.values(value)) frozen(each);
  return Object.freeze(value);
}

/** `requireApproval` in a world that is given. `opened` may throw. */
export async function approvedWith<P extends object, T>(
  opened: () => ApprovalDeps,
  request: ActionRequest,
  given: P,
  use: Perform<P, T>,
  options: ApprovalOptions,
): Promise<T> {
  const { signal } = options;
  signal?.throwIfAborted();
  // Taken once, before anything is waited for: what is done later is what was asked now.
  const parameters = settledParameters(given);
  const deps = opened();
  if ((await actionTypeOf(deps.broker, request.type, signal))?.performer)
    throw new LatchkeyError(
      "usage",
      `Latchkey itself performs ${request.type}: call performAction. Nothing was asked.`,
    );
  const lease = open(deps, { ...request, parameters }, options);
  let isUsed = false;
  try {
    const { id } = await lease.active();
    const action = await approvedAction(deps, id, parameters, signal);
    const { permit, audience, performer, window } = action;
    if (performer)
      throw new LatchkeyError(
        "usage",
        `Latchkey itself performs ${request.type}: call performAction. What becomes of this one: latchkey status ${id}`,
      );
    if (!permit) throw noPermit(action);
    const permitted = {
      ...{ id, permit, audience, action, endsAt: window.endsAt ?? "" },
      parameters: frozen(parameters) as Readonly<P>,
    };
    const result = await unlessAborted(async () => use(permitted), signal);
    isUsed = true;
    return result;
  } finally {
    if (!isUsed) await lease.giveBack();
  }
}

/** `performAction` in a world that is given. */
export async function performedWith(
  opened: () => ApprovalDeps,
  request: ActionRequest,
  given: object,
  options: ApprovalOptions,
): Promise<Action> {
  const { signal } = options;
  signal?.throwIfAborted();
  const parameters = settledParameters(given);
  const deps = opened();
  const known = await actionTypeOf(deps.broker, request.type, signal);
  if (known && !known.performer)
    throw new LatchkeyError(
      "usage",
      `${known.audience} performs ${request.type}: call requireApproval. Nothing was asked.`,
    );
  const lease = open(deps, { ...request, parameters }, options);
  let isPerformed = false;
  try {
    const action = await performedAction(deps, lease.active(), parameters, signal);
    isPerformed = true;
    return action;
  } finally {
    if (!isPerformed) await lease.giveBack();
  }
}
