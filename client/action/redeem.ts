import { canonicalJson } from "../../functions/core/canonical.ts";
import { openHere } from "../broker/open.ts";
import type { RedeemOptions } from "../commands/action.ts";
import { LatchkeyError } from "../errors.ts";
import { told } from "../exit.ts";
import { listen } from "../run/signals.ts";
import { redeemWith } from "../sdk/permitted.ts";
import { commandLine } from "../show/command.ts";
import { print } from "../show/output.ts";
import { reportBy } from "./outcome.ts";
import { parametersFrom, textOf } from "./parameters.ts";
import { startHere } from "./run-here.ts";

const say = (text: string): void => void process.stderr.write(`${told(text)}\n`);

/** From a file, from what comes in, or from the environment: never an argument, which every process can read. */
function permitFrom({ permitFile, parameters = [] }: RedeemOptions): string {
  if (permitFile === "-" && parameters.includes("-"))
    throw new LatchkeyError(
      "usage",
      "Only one of them can come in: put the permit or the parameters in a file.",
    );
  const permit = (permitFile === undefined ? process.env.LATCHKEY_PERMIT : textOf(permitFile))?.trim();
  if (permit) return permit;
  throw new LatchkeyError("usage", "Say where the permit is: --permit-file, or LATCHKEY_PERMIT.");
}

/** `latchkey action redeem <type>`: and performs it, where there is a command that does. */
export async function redeemHere(
  type: string,
  command: readonly string[],
  options: RedeemOptions,
): Promise<void> {
  const permit = permitFrom(options);
  const parameters = parametersFrom(options.parameters);
  const { broker } = openHere(options);
  const redeemed = await redeemWith({ broker, warn: say }, { type, permit, parameters });
  const { id, agent, at } = redeemed;
  if (command.length === 0) {
    print(options.json, redeemed, () => `Action ${id} (${type}, asked by ${agent}) is redeemed, ${at}.\n`);
    say(`When it is done: ${commandLine(["action", "outcome", id, "done"], options)}`);
    return;
  }
  const parts = { LATCHKEY_ACTION: id, LATCHKEY_PARAMETERS: canonicalJson(parameters) };
  const child = startHere(command, { ...parts, LATCHKEY_PERMIT: undefined });
  // Whoever stops this stops what performs it, and still hears what came of it.
  const listening = listen(
    ({ signal, heard }) => {
      if (!heard) child.kill(signal);
    },
    () => undefined,
  );
  try {
    const code = await child.ended;
    await reportBy({ broker, say }, id, code);
    process.exitCode = code;
  } finally {
    listening.close();
  }
}
