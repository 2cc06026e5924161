import { dollarsOf, readPrices } from "./dollars.ts";
import { billOf, lifeNames, lives } from "./lives.ts";

const COLUMNS = {
  states: "states",
  writes: "writes",
  writeUnits: "write units",
  reads: "reads",
  apiCalls: "API calls",
  mails: "mails",
  assumeRole: "STS",
  kms: "KMS",
  iamWrites: "IAM writes",
  events: "events",
} as const;

/** The bill of each life, and what a thousand of them cost, as a table. */
export async function benchBill(): Promise<string[]> {
  const prices = readPrices();
  const head = ["a grant", ...Object.values(COLUMNS), "runs", "GB-s", "$ for 1,000"];
  const rows = await Promise.all(
    lifeNames.map(async (name) => {
      const bill = await billOf(name);
      const { gigabyteSeconds, total } = dollarsOf(bill, prices);
      const counted = Object.keys(COLUMNS).map((column) => String(bill.counts[column] ?? 0));
      const runs = Object.values(bill.runs).reduce((sum, each) => sum + each, 0);
      return [lives[name].what, ...counted, String(runs), gigabyteSeconds.toFixed(2), total.toFixed(2)];
    }),
  );
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(head),
    line(head.map((_cell, index) => (index === 0 ? "---" : "--:"))),
    ...rows.map(line),
    "",
    `Counted over the fakes, page views, polls, \`sweep\` and the exporter apart; \`publish-events\` at one run an event is in the GB-s and the dollars, not among the runs. Prices of ${prices.region}, ${prices.date} (\`test/bench/prices.yaml\`, with sources), ${prices.assumed.millisecondsARun} ms a run assumed.`,
  ];
}
