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
    )
    .option("--debug", "on a fault, what caused it");
}

/** What an ask says, as options; a profile of latchkey.yaml says it too, and options win. `scope.ts` reads the scope's. */
export type AskOptions = {
  profile?: string;
  file?: string;
  scope?: string;
  window?: string;
  startsAt?: string;
  purpose?: string;
  task?: string;
  ticket?: string;
  onBehalfOf?: string;
  model?: string;
  breakGlass?: boolean;
  masked?: boolean;
  prefix?: string;
  index?: string;
  key?: string[];
  leadingKey?: string[];
  attribute?: string[];
  name?: string[];
  partition?: string[];
  promptVersion?: string[];
  route?: string[];
};

const more = (value: string, before: string[] = []): string[] => [...before, value];

/** Adds what `askOf` in `ask.ts` makes the body of an ask from. */
export function withAsk(command: Command): Command {
  return command
    .option("--profile <name>", "a profile of latchkey.yaml; options beside it win")
    .option("--file <file>", "that file, when it is not latchkey.yaml here or above")
    .option("--window <duration>", "how long: 30m, 1h, 900; from 60s to 12h")
    .option("--purpose <text>", "what it is for, as the people who approve will read it")
    .option("--scope <json>", "the narrower part, as JSON")
    .option("--prefix <text>", "scope: only what begins with it")
    .option("--key <key>", "scope: this object key (repeat for more)", more)
    .option("--leading-key <value>", "scope: this value of the partition key (repeat for more)", more)
    .option("--attribute <name>", "scope: this attribute (repeat for more)", more)
    .option("--index <name>", "scope: this index of the table")
    .option("--name <name>", "scope: this parameter (repeat for more)", more)
    .option("--partition <path>", "scope: this partition, like month=2026-11 (repeat for more)", more)
    .option("--prompt-version <number>", "scope: this version of the prompt (repeat for more)", more)
    .option("--route <route>", 'scope: this route, like "GET /orders/42" (repeat for more)', more)
    .option("--starts-at <time>", "when it is to start, like 2026-11-21T09:30:00Z (else: when approved)")
    .option("--task <id>", "the task that it is part of")
    .option("--ticket <id>", "the ticket that it belongs to")
    .option("--on-behalf-of <id>", "whom it is done for")
    .option("--model <id>", "the model that will see the data")
    .option("--break-glass", "an emergency: where a rule allows it, nobody is asked first; it is reviewed");
}
