import type { Command } from "commander";
import { type AskOptions, type BrokerOptions, withAsk, withBroker } from "../options.ts";

export type RunCommandOptions = BrokerOptions &
  AskOptions & {
    resource?: string;
    access?: string;
    timeout?: string;
    takeAlternative?: boolean;
    releaseTimeout: string;
  };

/** `latchkey run -- <command>`: asks, waits, runs the command with the access in its environment, gives it back. */
export function addRun(latchkey: Command): void {
  const run = latchkey
    .command("run")
    .argument("<command...>", "what to run, after --")
    .usage("[options] -- <command> [arguments...]")
    .description(
      "Run a command with access: asked for before, given back after, whatever happens in between.",
    )
    .option("--resource <id>", "what it needs: a resource of `latchkey catalogue`")
    .option("--access <access>", "what it does with it, like read")
    .option("--timeout <duration>", "how long people may take; after it the ask is taken back (else: no end)")
    .option("--take-alternative", "where policy says no and offers less, take that")
    .option("--release-timeout <duration>", "how long giving back is tried while nobody answers", "30s");
  withBroker(withAsk(run)).action(async (command: string[], options: RunCommandOptions) => {
    // Loaded here and not above: `latchkey --help` has to come at once.
    const { runHere } = await import("../run/here.ts");
    process.exitCode = await runHere(command, options);
  });
}
