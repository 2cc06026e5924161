import { Argument, type Command } from "commander";
import { type BrokerOptions, withBroker } from "../options.ts";

export type AskActionOptions = BrokerOptions & {
  parameters?: string[];
  purpose?: string;
  task?: string;
  ticket?: string;
  onBehalfOf?: string;
  model?: string;
  timeout?: string;
  wait: boolean;
  keep?: boolean;
  dryRun?: boolean;
  idempotencyKey?: string;
  permit?: boolean;
  json?: boolean;
  releaseTimeout: string;
};
export type RedeemOptions = BrokerOptions & {
  parameters?: string[];
  permitFile?: string;
  json?: boolean;
};
type OutcomeOptions = BrokerOptions & { detail?: string; json?: boolean };

const more = (value: string, before: string[] = []): string[] => [...before, value];
const withParameters = (command: Command): Command =>
  command.option(
    "--parameters <what>",
    "a JSON file, - for what comes in, name=text or name:=json (repeat for more)",
    more,
  );

/** `latchkey action ask|permit|redeem|outcome`: one high-impact thing, approved as it is and done once. */
export function addAction(latchkey: Command): void {
  const action = latchkey
    .command("action")
    .description("Have one thing approved, exactly as it is, and done once.")
    .usage("<type> [options] [-- <command> [arguments...]]");
  const ask = action
    .command("ask", { isDefault: true })
    .argument("<type>", "what: an action type of `latchkey catalogue`")
    .argument("[command...]", "what to run with the permit in LATCHKEY_PERMIT, after --")
    .description("Ask for it, wait for who has to agree, and say what came of it. `ask` may be left out.");
  withParameters(ask)
    .option("--purpose <text>", "what it is for, as the people who approve will read it")
    .option("--task <id>", "the task that it is part of")
    .option("--ticket <id>", "the ticket that it belongs to")
    .option("--on-behalf-of <id>", "whom it is done for")
    .option("--model <id>", "the model that asks for it")
    .option("--timeout <duration>", "how long to wait for people (else: until they have decided)")
    .option("--no-wait", "only ask; `latchkey status` tells what becomes of it")
    .option("--keep", "stopped while it waits, leave it waiting (else it is cancelled)")
    .option("--dry-run", "say what would be decided, and ask nobody")
    .option("--idempotency-key <key>", "the same key twice is one ask")
    .option("--permit", "print the permit, which is left out otherwise")
    .option("--json", "the API's answer as it is")
    .option("--release-timeout <duration>", "how long giving back is tried while nobody answers", "30s");
  withBroker(ask).action(async (type: string, command: string[], options: AskActionOptions) => {
    // Loaded here and not above: `latchkey --help` has to come at once.
    const { askAction } = await import("../action/ask.ts");
    await askAction(type, command, options);
  });

  const permit = action
    .command("permit")
    .argument("<action>", "its id")
    .description("Print the permit of an action that was approved, for who asked.");
  withBroker(permit).action(async (id: string, options: BrokerOptions) => {
    const { printPermit } = await import("../action/permit.ts");
    await printPermit(id, options);
  });

  const redeem = action
    .command("redeem")
    .argument("<type>", "the action type that is performed just here")
    .argument("[command...]", "what performs it, after --; its exit code is reported as the outcome")
    .description("For the performing system: redeem a permit, once, with what is about to be done.");
  withParameters(redeem)
    .option(
      "--permit-file <file>",
      "the file that the permit is in, - for what comes in (else LATCHKEY_PERMIT)",
    )
    .option("--json", "the API's answer as it is");
  withBroker(redeem).action(async (type: string, command: string[], options: RedeemOptions) => {
    const { redeemHere } = await import("../action/redeem.ts");
    await redeemHere(type, command, options);
  });

  const outcome = action
    .command("outcome")
    .argument("<action>", "its id")
    .addArgument(new Argument("<result>", "what came of it").choices(["done", "failed", "unknown"]))
    .description("For who redeemed its permit: say what came of an action.")
    .option("--detail <text>", "in a few words, for the record")
    .option("--json", "the API's answer as it is");
  withBroker(outcome).action(
    async (id: string, result: "done" | "failed" | "unknown", options: OutcomeOptions) => {
      const { openHere } = await import("../broker/open.ts");
      const { print } = await import("../show/output.ts");
      const { actionText, withoutPermit } = await import("../show/action.ts");
      const { detail } = options;
      const action = await openHere(options).broker.outcome(id, { result, ...(detail ? { detail } : {}) });
      print(options.json, withoutPermit(action), () => actionText(action));
    },
  );
}
