import type { Command } from "commander";
import { type BrokerOptions, withBroker } from "../options.ts";
import { print } from "../show/output.ts";

type Options = BrokerOptions & { json?: boolean };

/** `latchkey status <grant>`: how a grant stands, and what comes next. */
export function addStatus(latchkey: Command): void {
  const status = latchkey
    .command("status")
    .argument("<grant>", "its id")
    .description("How a grant stands, whom it waits for, and what happened.")
    .option("--json", "the API's answer as it is");
  withBroker(status).action(async (id: string, options: Options) => {
    // Loaded here and not above: `latchkey --help` has to come at once.
    const { openHere } = await import("../broker/open.ts");
    const { grantLines } = await import("../show/grant.ts");
    const grant = await openHere(options).broker.grant(id);
    print(options.json, grant, () => grantLines(grant));
  });
}
