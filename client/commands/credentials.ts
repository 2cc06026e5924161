import type { Command } from "commander";
import { type BrokerOptions, withBroker } from "../options.ts";

type Options = BrokerOptions & {
  grant?: string;
  profile?: string;
  file?: string;
  cache: boolean;
  timeout: string;
};

/** `latchkey credentials`: what `credential_process` of an AWS profile runs. On stdout nothing but its JSON. */
export function addCredentials(latchkey: Command): void {
  const credentials = latchkey
    .command("credentials")
    .description("Credentials for `credential_process` in ~/.aws/config: docs/credential-process.md.")
    .option("--grant <id>", "of this grant")
    .option("--profile <name>", "of this profile of latchkey.yaml, asked for when there is none")
    .option("--file <file>", "that file, when it is not latchkey.yaml here or above")
    .option("--no-cache", "keep nothing between two calls")
    // Under the minute after which the SDK for Go stops waiting: the sentence then says what it waits for.
    .option("--timeout <duration>", "how long people may take; the ask goes on waiting after it", "50s");
  withBroker(credentials).action(async (options: Options) => {
    // Loaded here and not above: `latchkey --help` has to come at once.
    const { printed } = await import("../credentials/print.ts");
    process.stdout.write(await printed(options));
  });
}
