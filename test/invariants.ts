// Lists which invariant is named by which test, and which by none yet. Run by `npm test`; a gap is listed, not hidden.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const invariants = JSON.parse(readFileSync(join(here, "invariants.json"), "utf8")) as Record<string, string>;

const tests = readdirSync(here, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".test.ts"),
);
const named = new Map<string, number>();
for (const test of tests) {
  const ids = readFileSync(join(here, test), "utf8").match(/\bI-\d\d\b/g) ?? [];
  for (const id of ids) named.set(id, (named.get(id) ?? 0) + 1);
}

const unknown = [...named.keys()].filter((id) => !(id in invariants));
const gaps = Object.keys(invariants).filter((id) => !named.has(id));
process.stdout.write(
  `Invariants: ${Object.keys(invariants).length - gaps.length} named by tests, ${gaps.length} not yet\n`,
);
for (const id of gaps) process.stdout.write(`  ${id} ${invariants[id]?.slice(0, 90)}\n`);
if (unknown.length > 0) {
  process.stdout.write(`Tests name invariants that do not exist: ${unknown.join(", ")}\n`);
  process.exitCode = 1;
}
