// npm run mutate [-- <module>... --mutate <files> --concurrency <n>]: Stryker, part by part; reports in reports/mutation/.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as z from "zod";
import { modules } from "./modules.ts";

const LEAST_PERCENT = 85;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { mutate: { type: "string" }, concurrency: { type: "string", default: "2" } },
});
const unknown = positionals.filter((name) => !(name in modules));
if (unknown.length > 0) {
  process.stderr.write(`No module ${unknown.join(", ")}: name ${Object.keys(modules).join(", ")}\n`);
  process.exit(2);
}

const report = z.object({
  files: z.record(z.string(), z.object({ mutants: z.array(z.object({ status: z.string() })) })),
});

/** How many mutants of each status a part has. */
function statuses(name: string): string[] {
  const { files } = report.parse(JSON.parse(readFileSync(`reports/mutation/${name}.json`, "utf8")));
  return Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
}

/** Runs Stryker on one part. What fails is thrown: a score that lacks a part is none. */
function mutate(name: string, part: object): string[] {
  const { status } = spawnSync("node_modules/.bin/stryker", ["run", "--concurrency", values.concurrency], {
    stdio: "inherit",
    env: { ...process.env, LATCHKEY_MUTATION: JSON.stringify({ name, ...part }) },
  });
  if (status !== 0) throw new Error(`Stryker could not finish ${name}: what it says is above`);
  return statuses(name);
}

const found = ["Killed", "Timeout"];
const missed = ["Survived", "NoCoverage"];
for (const name of positionals.length > 0 ? positionals : Object.keys(modules)) {
  const parts = values.mutate
    ? [{ mutate: [values.mutate], tests: (modules[name] ?? []).flatMap(({ tests }) => tests) }]
    : (modules[name] ?? []);
  const all = parts.flatMap((part, index) => mutate(`${name}-${index + 1}`, part));
  const killed = all.filter((status) => found.includes(status)).length;
  const survived = all.filter((status) => missed.includes(status)).length;
  const percent = (100 * killed) / (killed + survived);
  process.stdout.write(`${name}: ${killed} of ${killed + survived} mutants found, ${percent.toFixed(1)} %\n`);
  if (!(percent >= LEAST_PERCENT)) process.exitCode = 1;
}
