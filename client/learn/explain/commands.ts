import type { Command } from "commander";
import { type BrokerOptions, withBroker } from "../../options.ts";

export type Options = BrokerOptions & { events?: string; policy?: string; json?: boolean };

/** `latchkey explain <grant>`: why a grant was decided as it was, and what would have made it different. */
export function addExplain(latchkey: Command): void {
  const explain = latchkey
    .command("explain")
    .argument("<grant>", "its id")
    .description("Why a grant was decided as it was, who was asked, and what would have made it different.")
    .option("--events <folder|s3://…>", "by the record, or a copy of it, in place of the broker")
    .option("--policy <folder>", "the policy to try other asks with (else: the folder policy here)")
    .option("--json", "all of it, for a program");
  withBroker(explain).action(async (id: string, options: Options) => {
    const { explainHere } = await import("./run.ts");
    await explainHere(id, options);
  });
}
