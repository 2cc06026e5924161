import type { ActionView } from "../../functions/core/api/actions.ts";
import { grantOfAction } from "../access/action.ts";
import { noPermit } from "../access/outcome.ts";
import { whoIsAsked } from "../access/words.ts";
import { openHere } from "../broker/open.ts";
import { LatchkeyError, PendingError } from "../errors.ts";
import type { BrokerOptions } from "../options.ts";

/** The permit of an action for who asked, or why there is none. */
export function permitIn(action: ActionView): string {
  const { id, permit, performer, type, status } = action;
  if (permit) return permit;
  if (performer)
    throw new LatchkeyError("usage", `Latchkey itself performs ${type}: there is no permit to redeem.`);
  if (["PENDING", "APPROVED", "ACTIVATING"].includes(status)) {
    const asked = whoIsAsked(grantOfAction(action));
    const why = asked ? `still waits for ${asked}` : `is ${status}`;
    throw new PendingError(`Action ${id} ${why}: try again later.`, grantOfAction(action));
  }
  throw noPermit(action);
}

/** `latchkey action permit`: alone on stdout, for a program that hands it over. */
export async function printPermit(id: string, options: BrokerOptions): Promise<void> {
  process.stdout.write(`${permitIn(await openHere(options).broker.action(id))}\n`);
}
