import type { ActionBody } from "../../functions/core/api/actions.ts";
import { durationIn } from "../ask.ts";
import { openHere, pause } from "../broker/open.ts";
import type { AskActionOptions } from "../commands/action.ts";
import { told } from "../exit.ts";
import { startChild } from "../run/child.ts";
import { listen, onTerminal } from "../run/signals.ts";
import { openSpinner } from "../show/spinner.ts";
import { runWithPermit } from "./run.ts";

const say = (text: string): void => void process.stderr.write(`${told(text)}\n`);

/** Starts a command on this process's input and output, with more in its environment. */
export function startHere([command = "", ...args]: readonly string[], more: NodeJS.ProcessEnv) {
  const ownGroup = process.platform !== "win32" && !onTerminal();
  return startChild(command, args, { env: { ...process.env, ...more }, ownGroup, say });
}

/** `latchkey action <type> -- <command>`: the exit code of the command. */
export async function runHere(
  command: readonly string[],
  body: ActionBody,
  options: AskActionOptions,
): Promise<number> {
  const { timeout, idempotencyKey } = options;
  const { broker } = openHere(options);
  let fault: unknown;
  const code = await runWithPermit(
    {
      ...{ broker, now: Date.now, pause, say, forget: () => undefined, waiting: openSpinner() },
      listen: (on) =>
        listen(on, (error) => {
          fault ??= error;
        }),
      start: (more) => startHere(command, more),
    },
    body,
    {
      releaseSeconds: durationIn("--release-timeout", options.releaseTimeout),
      ...(timeout === undefined ? {} : { timeoutSeconds: durationIn("--timeout", timeout) }),
      ...(idempotencyKey ? { idempotencyKey } : {}),
    },
  ).catch((error: unknown) => {
    throw fault ?? error;
  });
  if (fault !== undefined) throw fault;
  return code;
}
