// One piece of work in a process of its own: prints the most memory that the process ever had, in bytes.
import { exportBatch } from "../../functions/export-audit/export.ts";
import { dice, life } from "../core/audit/verify/lives.ts";
import { recordFor } from "../functions/export-audit/fixtures.ts";
import { stream } from "../masking/stream.ts";
import { sweepWith } from "./sweep/sweep.ts";

const START = Date.UTC(2026, 10, 21, 9);

const works: Record<string, (size: number) => Promise<unknown>> = {
  nothing: async () => undefined,
  exporter: async (size) => {
    const chance = dice(1);
    const events: ReturnType<typeof life> = [];
    while (events.length < size) events.push(...life(chance, START, START + 3_600_000));
    const put = async () => "stored" as const;
    await exportBatch({ put, now: () => START, log: () => undefined }, events.slice(0, size).map(recordFor));
  },
  masker: (size) => stream("jsonl", size * 1_000_000, { kind: "prose" }),
  sweep: (size) => sweepWith(size, 10),
};

const [what = "", size = "0"] = process.argv.slice(2);
const work = works[what];
if (!work) throw new Error(`nothing is called ${what}`);
await work(Number(size));
process.stdout.write(String(process.resourceUsage().maxRSS * 1024), () => process.exit(0));
