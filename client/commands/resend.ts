import type { Command } from "commander";
import { type BrokerOptions, withBroker } from "../options.ts";
import { print } from "../show/output.ts";

type Options = BrokerOptions & { json?: boolean };

/** `latchkey resend <grant>`: mails that were lost, once more. */
export function addResend(latchkey: Command): void {
  const resend = latchkey
    .command("resend")
    .argument("<grant>", "its id")
    .description("For people: mail the open stage's approvers again; earlier links stay good.")
    .option("--json", "the API's answer as it is");
  withBroker(resend).action(async (id: string, options: Options) => {
    const { openHere } = await import("../broker/open.ts");
    const { whoIsAsked } = await import("../access/words.ts");
    const grant = await openHere(options).broker.resend(id);
    print(options.json, grant, () => `Mails about ${id} go out again; it waits for ${whoIsAsked(grant)}.\n`);
  });
}
