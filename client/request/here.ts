import type { GrantView } from "../../functions/core/api/schemas.ts";
import type { WaitDeps as AccessDeps, WaitOptions } from "../access/wait.ts";
import type { Broker } from "../broker/broker.ts";
import { openHere, pause } from "../broker/open.ts";
import type { PlaceOptions } from "../broker/place.ts";
import type { Spinner } from "../show/spinner.ts";
import { whenStopped } from "../stop.ts";
import { type Patience, waitOut } from "./wait.ts";

type Begun = WaitOptions & { onAsked(grant: GrantView): void };

/** `waitOut` in this process: with its signals, its clock, and the spinner that it shows. */
export async function waitHere(
  options: PlaceOptions,
  patience: Patience,
  spinner: Spinner,
  begin: (deps: AccessDeps & { broker: Broker }, options: Begun) => Promise<GrantView>,
): Promise<GrantView> {
  const { broker } = openHere(options);
  const { signal: stopped, close } = whenStopped();
  const say = (text: string) => spinner.say(text);
  try {
    const deps = { broker, now: Date.now, pause };
    return await waitOut({ broker, stopped, say }, (begun) => begin(deps, begun), patience);
  } finally {
    close();
    spinner.close();
  }
}
