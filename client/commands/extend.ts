import type { Command } from "commander";
import { LatchkeyError } from "../errors.ts";
import { type BrokerOptions, withBroker } from "../options.ts";
import { commandLine } from "../show/command.ts";
import { print } from "../show/output.ts";
import { openSpinner } from "../show/spinner.ts";

type Options = BrokerOptions & {
  window: string;
  purpose?: string;
  task?: string;
  ticket?: string;
  model?: string;
  timeout?: string;
  wait: boolean;
  keep?: boolean;
  json?: boolean;
};

/** `latchkey extend <grant> --window 30m`: a new grant that goes on from an active one, decided anew. */
export function addExtend(latchkey: Command): void {
  const extend = latchkey
    .command("extend")
    .argument("<grant>", "the active grant's id")
    .description("Ask for a new grant that goes on from an active one; the old one works on until its end.")
    .requiredOption("--window <duration>", "how long the new one is to last: 30m, 1h, 900")
    .option("--purpose <text>", "what it is for (else as before; likewise the following)")
    .option("--task <id>", "the task that it is part of")
    .option("--ticket <id>", "the ticket that it belongs to")
    .option("--model <id>", "the model that will see the data")
    .option("--timeout <duration>", "how long to wait for people (else: until they have decided)")
    .option("--no-wait", "only ask; `latchkey status` tells what becomes of it")
    .option("--keep", "stopped while it waits, leave it waiting (else it is cancelled)")
    .option("--json", "the API's answer as it is");
  withBroker(extend).action(async (id: string, options: Options) => {
    const spinner = openSpinner();
    spinner.say(`Asking for more time for ${id}`);
    const { durationIn } = await import("../ask.ts");
    const { window, purpose, task, ticket, model, timeout, wait, keep = false } = options;
    const body = {
      windowSeconds: durationIn("--window", window),
      ...Object.fromEntries(Object.entries({ purpose, task, ticket, model }).filter(([, value]) => value)),
    };
    const patience = {
      ...{ wait, keep },
      ...(timeout === undefined ? {} : { timeoutSeconds: durationIn("--timeout", timeout) }),
    };
    const { untilActive } = await import("../access/wait.ts");
    const { waitHere } = await import("../request/here.ts");
    const grant = await waitHere(options, patience, spinner, async (deps, { onAsked, ...begun }) => {
      const asked = await deps.broker.extend(id, body).catch((error: unknown) => {
        if (error instanceof LatchkeyError && error.unheard)
          error.hints = [`It may have been asked all the same; see: ${commandLine(["status", id], options)}`];
        throw error;
      });
      onAsked(asked);
      return untilActive(deps, asked, begun);
    });
    const { grantLines } = await import("../show/grant.ts");
    print(options.json, grant, () => grantLines(grant));
  });
}
