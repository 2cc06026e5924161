import type { Command } from "commander";
import type { PlaceOptions } from "./broker/place.ts";

/** Options of every command that speaks with the broker. */
export type BrokerOptions = PlaceOptions & { debug?: boolean };

/** Adds them. What they lead to is loaded when a command runs: help has to come at once. */
export function withBroker(command: Command): Command {
  return command
    .option(
      "--endpoint <url>",
      "the signed API with its stage (else LATCHKEY_ENDPOINT, ~/.config/latchkey/config.yaml)",
    )
    .option("--region <region>", "its region, where the address does not tell")
    .option("--aws-profile <name>", "the AWS profile to sign with (else the AWS SDK's usual chain)")
    .option("--as <identity>", "on the local AWS: one of its identities")
    .option(
      "--local-file <file>",
      "the local AWS by its local.json (else .latchkey/local.json here or above)",
    );
}
