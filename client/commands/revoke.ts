import type { Command } from "commander";
import { type BrokerOptions, withBroker } from "../options.ts";
import { print } from "../show/output.ts";

type Options = BrokerOptions & { reason: string; wait?: boolean; json?: boolean };

/** `latchkey revoke <grant> --reason …`: ends a grant at once. Asks nothing: who revokes is in a hurry. */
export function addRevoke(latchkey: Command): void {
  const revoke = latchkey
    .command("revoke")
    .argument("<grant>", "its id")
    .description("End a grant now, and those that extend it: for its approvers, the owners and security.")
    .requiredOption("--reason <text>", "why, as its agent and the record will read it")
    .option("--wait", "until it is proven that its credentials no longer work")
    .option("--json", "the API's answer as it is");
  withBroker(revoke).action(async (id: string, options: Options) => {
    const { openHere, pause } = await import("../broker/open.ts");
    const { untilOver } = await import("../request/over.ts");
    const { grantLines } = await import("../show/grant.ts");
    const { broker } = openHere(options);
    const revoked = await broker.revoke(id, options.reason);
    const grant = options.wait ? await untilOver({ broker, pause }, revoked) : revoked;
    print(options.json, grant, () => grantLines(grant));
  });
}
