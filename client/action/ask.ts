import type { ActionBody, ActionView } from "../../functions/core/api/actions.ts";
import { acting, askOfAction } from "../access/action.ts";
import { obtain } from "../access/obtain.ts";
import { approvedOrPerformed } from "../access/outcome.ts";
import { durationIn } from "../ask.ts";
import type { Once } from "../broker/broker.ts";
import { openHere } from "../broker/open.ts";
import type { AskActionOptions } from "../commands/action.ts";
import { DeniedError, LatchkeyError } from "../errors.ts";
import { exitCodes, told } from "../exit.ts";
import { waitHere } from "../request/here.ts";
import { actionText, withoutPermit } from "../show/action.ts";
import { commandLine } from "../show/command.ts";
import { decisionLines, reasonLines } from "../show/decision.ts";
import { print } from "../show/output.ts";
import { openSpinner } from "../show/spinner.ts";
import { parametersFrom } from "./parameters.ts";
import { permitIn } from "./permit.ts";
import { runHere } from "./run-here.ts";

function bodyFrom(type: string, options: AskActionOptions): ActionBody {
  const { purpose, task, ticket, onBehalfOf, model } = options;
  if (!purpose)
    throw new LatchkeyError(
      "usage",
      'Say what it is for, as the people who approve will read it: --purpose "…".',
    );
  const said = { task, ticket, onBehalfOf, model };
  return {
    ...{ type, parameters: parametersFrom(options.parameters), purpose },
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
  };
}

/** `latchkey action <type>`: asks, waits, and says what came of it, or runs a command with the permit. */
export async function askAction(
  type: string,
  command: readonly string[],
  options: AskActionOptions,
): Promise<void> {
  const body = bodyFrom(type, options);
  if (command.length > 0 && (options.permit || options.json || options.dryRun || !options.wait))
    throw new LatchkeyError("usage", "With a command there is nothing else to print: leave the options out.");
  try {
    if (options.dryRun) await foresee(body, options);
    else if (command.length > 0) process.exitCode = await runHere(command, body, options);
    else await ask(body, options);
  } catch (error) {
    if (error instanceof DeniedError)
      error.hints = [
        ...reasonLines(error.reasons),
        `What it is: ${commandLine(["catalogue", type], options)}`,
      ];
    else if (error instanceof LatchkeyError && error.unheard)
      error.hints = [`It may have been asked all the same; see: ${commandLine(["list"], options)}`];
    throw error;
  }
}

async function foresee(body: ActionBody, options: AskActionOptions): Promise<void> {
  const foreseen = await openHere(options).broker.dryRunAction(body);
  print(options.json, foreseen, () => decisionLines(foreseen.decision, askOfAction(body), options));
  if (foreseen.decision.outcome === "deny") process.exitCode = exitCodes.denied;
}

async function ask(body: ActionBody, options: AskActionOptions): Promise<void> {
  const { wait, keep = false, idempotencyKey, timeout } = options;
  const spinner = openSpinner();
  spinner.say(`Asking for ${body.type}`);
  const patience = {
    ...{ wait, keep },
    ...(timeout === undefined ? {} : { timeoutSeconds: durationIn("--timeout", timeout) }),
  };
  let action: ActionView | undefined;
  const grant = await waitHere(options, patience, spinner, async (deps, begun) => {
    const { broker } = deps;
    // Never given up half way: an ask whose answer nobody heard could not be taken back.
    const whole = {
      ...acting(broker),
      act: (asked: ActionBody, { signal: _, ...once }: Once = {}) => broker.act(asked, once),
    };
    const active = obtain({ ...deps, broker: acting(whole) }, askOfAction(body), {
      ...begun,
      ...(idempotencyKey ? { idempotencyKey } : {}),
    });
    action = await approvedOrPerformed(deps, active, body.parameters, begun.signal);
    return active.catch((error) => error.grant);
  });
  action ??= await openHere(options).broker.action(grant.id);
  show(action, options);
}

/** The permit goes to stdout alone, or in JSON, and only where somebody says so: what is printed is kept in logs. */
function show(action: ActionView, options: AskActionOptions): void {
  const { id, performer, outcome, status } = action;
  const line = (...words: string[]) => commandLine(words, options);
  if (options.json) print(true, options.permit ? action : withoutPermit(action), () => "");
  else if (options.permit && status === "ACTIVE") {
    process.stdout.write(`${permitIn(action)}\n`);
    process.stderr.write(told(actionText(action)));
  } else print(false, action, () => actionText(action));
  if (performer && outcome && outcome.result !== "done")
    throw new LatchkeyError(
      "failed",
      outcome.result === "failed"
        ? `Action ${id} failed${outcome.detail ? ` (“${outcome.detail}”)` : ""}: ask anew once the cause is gone.`
        : `What came of action ${id} is not known: look, before you ask for it anew.`,
    );
  if (options.json || outcome) return;
  const next =
    status === "ACTIVE" && !performer
      ? [`Its permit, for ${action.audience}: ${line("action", "permit", id)}`]
      : [];
  for (const each of [...next, `How it stands: ${line("status", id)}`]) process.stderr.write(`${each}\n`);
}
