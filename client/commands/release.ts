import type { Command } from "commander";
import { type BrokerOptions, withBroker } from "../options.ts";
import { print } from "../show/output.ts";

type Options = BrokerOptions & { wait?: boolean; json?: boolean };

/** `latchkey release <grant>`: give back what is no longer needed. */
export function addRelease(latchkey: Command): void {
  const release = latchkey
    .command("release")
    .argument("<grant>", "its id")
    .description("Give a grant back: cancel one that waits, end one that is active.")
    .option("--wait", "until it is proven that its credentials no longer work")
    .option("--json", "the API's answer as it is");
  withBroker(release).action(async (id: string, options: Options) => {
    const { openHere, pause } = await import("../broker/open.ts");
    const { untilOver } = await import("../request/over.ts");
    const { grantLines } = await import("../show/grant.ts");
    const { forgetGrant } = await import("../credentials/open.ts");
    const { broker } = openHere(options);
    const released = await broker.release(id);
    forgetGrant(id);
    const grant = options.wait ? await untilOver({ broker, pause }, released) : released;
    print(options.json, grant, () => grantLines(grant));
  });
}
