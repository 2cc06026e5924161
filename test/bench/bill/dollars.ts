import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { projectRoot } from "../../../local/paths.ts";
import type { Bill } from "./lives.ts";

const price = z.strictObject({
  dollars: z.number().positive(),
  per: z.number().positive(),
  source: z.string().startsWith("https://aws.amazon.com/"),
  verified: z.enum(["read", "known"]),
});
const priceList = z.strictObject({
  region: z.string(),
  date: z.iso.date(),
  prices: z.record(z.string(), price),
  assumed: z.strictObject({ millisecondsARun: z.number(), logBytesARun: z.number() }),
  requestsAMessage: z.number(),
});
export type PriceList = z.infer<typeof priceList>;

export const readPrices = (): PriceList =>
  priceList.parse(parse(readFileSync(join(projectRoot, "test/bench/prices.yaml"), "utf8")));

/** What STS, IAM and `StartExecution` take is limited, and costs nothing; requests to the table are billed by their units. */
export const FREE = [
  ...["writes", "reads", "starts", "callbacks", "assumeRole", "iamReads", "iamWrites", "asyncInvokes"],
];

/** As `infra/functions/<capability>.ts` says, or what `infra/function.ts` gives to those that say nothing. */
function megabytesOf(capability: string): number {
  const file = join(projectRoot, "infra/functions", `${capability}.ts`);
  const said = existsSync(file) ? /memoryMb: (\d+)/.exec(readFileSync(file, "utf8"))?.[1] : undefined;
  return Number(said ?? 512);
}

/** Dollars for a thousand such lives, by what is paid for. Each event is taken to be published in a run of its own. */
export function dollarsOf({ counts, runs }: Bill, { prices, assumed, requestsAMessage }: PriceList) {
  const all = { ...runs, "publish-events": counts.events ?? 0 };
  const many = Object.values(all).reduce((sum, each) => sum + each, 0);
  const gigabyteSeconds = Object.entries(all).reduce(
    (sum, [name, each]) => sum + (each * megabytesOf(name) * assumed.millisecondsARun) / 1024 / 1000,
    0,
  );
  const used: Record<string, number> = {
    ...Object.fromEntries(Object.entries(counts).filter(([name]) => !FREE.includes(name))),
    ...{ runs: many, gigabyteSeconds, logGigabytes: (many * assumed.logBytesARun) / 1e9 },
  };
  const parts = Object.entries(used).map(([name, count]) => {
    const listed = prices[name];
    if (!listed) throw new Error(`prices.yaml has no price of ${name}`);
    const requests = name.endsWith("Messages") ? count * requestsAMessage : count;
    return [name, (requests * 1000 * listed.dollars) / listed.per] as const;
  });
  return {
    gigabyteSeconds,
    total: parts.reduce((sum, [, each]) => sum + each, 0),
    parts: Object.fromEntries(parts),
  };
}
