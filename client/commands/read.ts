import { type Command, Option } from "commander";
import { type AskOptions, type BrokerOptions, withAsk, withBroker } from "../options.ts";

export type ReadOptions = BrokerOptions &
  AskOptions & {
    grant?: string;
    object?: string;
    columns?: string;
    where?: string[];
    limit?: string;
    format: "jsonl" | "csv";
    timeout?: string;
    releaseTimeout: string;
  };

const more = (value: string, before: string[] = []): string[] => [...before, value];

/** `latchkey read`: masked rows of a resource; asked for before, given back after. */
export function addRead(latchkey: Command): void {
  const read = latchkey
    .command("read")
    .argument("[resource]", "what: a resource of `latchkey catalogue` that is read masked")
    .argument("[access]", "what for: read, unless the resource says otherwise")
    .description("Read masked rows: tokens in place of what is personal, and no credentials.")
    .option("--grant <id>", "of a masked grant that is there already, which stays")
    .option("--object <name>", "of files: this one, relative to the resource (else all of them)")
    .option("--columns <list>", "only these, with commas between")
    .option("--where <filter>", 'like status=open, amount>=100 or zip="01234" (repeat for more)', more)
    .option("--limit <number>", "at most so many rows (else: all of them)")
    .addOption(
      new Option("--format <format>", "of what is printed").choices(["jsonl", "csv"]).default("jsonl"),
    )
    .option("--timeout <duration>", "how long people may take; after it the ask is taken back (else: no end)")
    .option("--release-timeout <duration>", "how long giving back is tried while nobody answers", "30s");
  withBroker(withAsk(read)).action(
    async (resource: string | undefined, access: string | undefined, options: ReadOptions) => {
      // Loaded here and not above: `latchkey --help` has to come at once.
      const { readHere } = await import("../read/here.ts");
      await readHere({ resource, access }, options);
    },
  );
}
