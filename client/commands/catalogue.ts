import type { Command } from "commander";
import type { CatalogueView } from "../../functions/core/api/schemas.ts";
import { LatchkeyError } from "../errors.ts";
import { inLine } from "../exit.ts";
import { type BrokerOptions, withBroker } from "../options.ts";
import { typedDuration } from "../show/command.ts";
import { print } from "../show/output.ts";
import { tableOf } from "../show/table.ts";

type Options = BrokerOptions & { json?: boolean };
type Entry = CatalogueView["resources"][number];

const APPROVAL: Record<Entry["approval"], string> = { none: "at once", people: "people", never: "never" };

/** `latchkey catalogue`: what may be asked for. */
export function addCatalogue(latchkey: Command): void {
  const catalogue = latchkey
    .command("catalogue")
    .argument("[resource]", "one of them, with all that is said of it")
    .description("What this agent may ask for, for how long, and whether people are asked.")
    .option("--json", "the API's answer as it is");
  withBroker(catalogue).action(async (id: string | undefined, options: Options) => {
    const { openHere } = await import("../broker/open.ts");
    const { resources } = await openHere(options).broker.catalogue();
    if (id === undefined) return print(options.json, { resources }, () => listed(resources));
    const found = resources.find((resource) => resource.id === id);
    if (!found)
      throw new LatchkeyError(
        "not_found",
        `There is no ${id} to ask for: \`latchkey catalogue\` lists what there is.`,
      );
    print(options.json, found, () => described(found));
  });
}

function listed(resources: readonly Entry[]): string {
  if (resources.length === 0) return "There is nothing that this agent may ask for.\n";
  return tableOf(
    ["resource", "access", "longest", "granted", "class", "environment", "what it is"],
    inOrder(resources).map(
      ({ id, accesses, maxWindowSeconds, approval, classification, environment, description }) => [
        ...[id, accesses.join(","), typedDuration(maxWindowSeconds), APPROVAL[approval]],
        ...[classification, environment, description],
      ],
    ),
  );
}

/** What can be had first comes first. */
const inOrder = (resources: readonly Entry[]): Entry[] =>
  (["none", "people", "never"] as const).flatMap((approval) =>
    resources.filter((resource) => resource.approval === approval),
  );

function described(entry: Entry): string {
  const lines = Object.entries(entry).map(
    ([name, value]) =>
      `${name.padEnd(16)}  ${inLine(typeof value === "string" ? value : JSON.stringify(value))}`,
  );
  return `${lines.join("\n")}\n`;
}
