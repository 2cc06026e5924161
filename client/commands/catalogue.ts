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
type ActionType = NonNullable<CatalogueView["actions"]>[number];

const APPROVAL: Record<Entry["approval"], string> = { none: "at once", people: "people", never: "never" };

/** `latchkey catalogue`: what may be asked for. */
export function addCatalogue(latchkey: Command): void {
  const catalogue = latchkey
    .command("catalogue")
    .argument("[id]", "a resource or an action type of it, with all that is said of that")
    .description("What this agent may ask for, for how long, and whether people are asked.")
    .option("--json", "the API's answer as it is");
  withBroker(catalogue).action(async (id: string | undefined, options: Options) => {
    const { openHere } = await import("../broker/open.ts");
    const { resources, actions = [] } = await openHere(options).broker.catalogue();
    if (id === undefined)
      return print(options.json, { resources, actions }, () => listed(resources, actions));
    const found = [...resources, ...actions].find((each) => each.id === id);
    if (!found)
      throw new LatchkeyError(
        "not_found",
        `There is no ${id} to ask for: \`latchkey catalogue\` lists what there is.`,
      );
    print(options.json, found, () => described(found));
  });
}

function listed(resources: readonly Entry[], actions: readonly ActionType[]): string {
  const tables = [
    ...(resources.length > 0 ? [tableOfResources(resources)] : []),
    ...(actions.length > 0 ? [tableOfActions(actions)] : []),
  ];
  return tables.join("\n") || "There is nothing that this agent may ask for.\n";
}

const tableOfResources = (resources: readonly Entry[]): string =>
  tableOf(
    ["resource", "access", "longest", "granted", "class", "environment", "what it is"],
    inOrder(resources).map(
      ({ id, accesses, maxWindowSeconds, approval, masked, classification, environment, description }) => [
        ...[id, accesses.join(","), typedDuration(maxWindowSeconds)],
        masked ? `${APPROVAL[approval]}, masked ${APPROVAL[masked.approval]}` : APPROVAL[approval],
        ...[classification, environment, description],
      ],
    ),
  );

const tableOfActions = (actions: readonly ActionType[]): string =>
  tableOf(
    ["action", "permit", "done", "weighs more with", "performed by", "environment", "what it is"],
    inOrder(actions).map((action) => [
      ...[action.id, typedDuration(action.permitSeconds), APPROVAL[action.approval]],
      action.triggers.map(({ reason }) => reason).join("; ") || "-",
      `${action.performer ? "Latchkey" : action.audience}${action.reversible ? "" : ", for good"}`,
      ...[action.environment, action.description],
    ]),
  );

/** What can be had first comes first. */
const inOrder = <T extends Pick<Entry, "approval">>(entries: readonly T[]): T[] =>
  (["none", "people", "never"] as const).flatMap((approval) =>
    entries.filter((entry) => entry.approval === approval),
  );

/** A line for each thing that is said of it, and for each column that is read masked. */
function described(entry: Entry | ActionType): string {
  const { masked, ...rest } = "masked" in entry ? entry : { ...entry, masked: undefined };
  const facts: [string, unknown][] = [
    ...Object.entries(rest),
    ...(masked
      ? ([
          ["masked", APPROVAL[masked.approval]],
          ...masked.columns.map(({ path, class: kind, method }) => [
            "  column",
            `${path}: ${method}${kind ? ` (${kind})` : ""}`,
          ]),
          ...masked.filters.map(({ column, type }) => ["  filter", `${column} (${type})`]),
          ["  most", `${masked.most.rows} rows in ${masked.most.reads} reads`],
        ] as [string, unknown][])
      : []),
  ];
  const lines = facts.map(
    ([name, value]) =>
      `${name.padEnd(16)}  ${inLine(typeof value === "string" ? value : JSON.stringify(value))}`,
  );
  return `${lines.join("\n")}\n`;
}
