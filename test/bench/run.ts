// npm run bench [-- --only <part>,<part>] [--rounds <n>] [--write]: counts, and ratios of things measured in turn in one run. `--write` puts
// the tables of these parts into docs/performance.md. `latency` needs a local AWS that is up: npm run local.
import "../../client/policy/steady.ts";

import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectRoot } from "../../local/paths.ts";
import { benchBill } from "./bill/bill.ts";
import { benchDecisions } from "./decisions.ts";
import { benchLatency } from "./latency/latency.ts";
import { benchMemory } from "./memory/memory.ts";
import { withSection } from "./page.ts";
import { benchRecord } from "./record.ts";
import { benchStart } from "./start/report.ts";
import { benchSweep } from "./sweep/sweep.ts";

const parts: Record<string, () => Promise<string[]>> = {
  bill: benchBill,
  decisions: benchDecisions,
  record: benchRecord,
  start: () => benchStart(Number(values.rounds ?? 5)),
  sweep: benchSweep,
  memory: benchMemory,
  latency: benchLatency,
};
/** What needs no local AWS. */
const USUAL = Object.keys(parts).filter((name) => name !== "latency");

const machine = (): string => {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model ?? "unknown"}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}`;
};

const { values } = parseArgs({
  options: { only: { type: "string" }, rounds: { type: "string" }, write: { type: "boolean" } },
});
const wanted = values.only?.split(",") ?? USUAL;
const unknown = wanted.find((name) => !parts[name]);
if (unknown) throw new Error(`no part ${unknown}: there are ${Object.keys(parts).join(", ")}`);
const page = join(projectRoot, "docs/performance.md");
for (const name of wanted) {
  const lines = (await parts[name]?.()) ?? [];
  console.log(`${name}\n${lines.join("\n")}\n`);
  if (!values.write) continue;
  const said = `\`npm run bench -- --only ${name} --write\`, ${new Date().toISOString().slice(0, 10)}, ${machine()}.`;
  writeFileSync(page, withSection(readFileSync(page, "utf8"), name, [...lines, "", said]));
}
