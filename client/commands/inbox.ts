import type { Command } from "commander";
import type { GrantView } from "../../functions/core/api/schemas.ts";
import { type BrokerOptions, withBroker } from "../options.ts";
import { commandLine } from "../show/command.ts";
import { print } from "../show/output.ts";

type Options = BrokerOptions & { json?: boolean };

/** `latchkey inbox`: what a person may decide now. */
export function addInbox(latchkey: Command): void {
  const inbox = latchkey
    .command("inbox")
    .description("For people: what waits for your yes or no, and what exactly is asked.")
    .option("--json", "the API's answer as it is");
  withBroker(inbox).action(async (options: Options) => {
    const { openHere } = await import("../broker/open.ts");
    const { broker } = openHere(options);
    const grants: GrantView[] = [];
    let cursor: string | undefined;
    do {
      const page = await broker.grants({ waiting: "me", ...(cursor ? { cursor } : {}) });
      grants.push(...page.grants);
      cursor = page.cursor;
    } while (cursor);
    const { grantLines } = await import("../show/grant.ts");
    const words = () =>
      grants.map((grant) => `${grantLines(grant)}${decideLines(grant, options)}\n`).join("");
    print(options.json, { grants }, () => (grants.length === 0 ? "Nothing waits for you.\n" : words()));
  });
}

function decideLines({ id }: GrantView, options: BrokerOptions): string {
  const line = (word: string) => `  ${commandLine([word, id], options)}\n`;
  return `${line("approve")}${line("reject")}`;
}
