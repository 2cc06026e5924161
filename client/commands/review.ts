import type { Command } from "commander";
import { type BrokerOptions, withBroker } from "../options.ts";
import { print } from "../show/output.ts";

type Options = BrokerOptions & { comment: string; json?: boolean };

/** `latchkey review <grant> --comment …`: closes the review of a broken glass. */
export function addReview(latchkey: Command): void {
  const review = latchkey
    .command("review")
    .argument("<grant>", "the id of the grant that broke the glass")
    .description("For people: close the review of an emergency, with what was found.")
    .requiredOption("--comment <text>", "why it was right, or what follows from it")
    .option("--json", "the API's answer as it is");
  withBroker(review).action(async (id: string, options: Options) => {
    const { openHere } = await import("../broker/open.ts");
    const { grantLines } = await import("../show/grant.ts");
    const grant = await openHere(options).broker.review(id, options.comment);
    print(options.json, grant, () => grantLines(grant));
  });
}
