// npm run masking: recall and false positives, written into docs/masking.md; throughput beside a plain copy of the same rows
// in one run, as a ratio; with --large, memory over 1 GB of rows.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../local/paths.ts";
import { type Format, type Kind, stream } from "../masking/stream.ts";
import { figures, withFigures } from "../masking/tables.ts";
import { paired, row } from "./measure.ts";

const DOC = join(projectRoot, "docs/masking.md");
const MEGABYTE = 1_000_000;

async function throughput(format: Format, kind: Kind): Promise<void> {
  const size = 4 * MEGABYTE;
  const took = await paired(
    () => stream(format, size, { kind }),
    () => stream(format, size, { how: "copy", kind }),
    5,
  );
  row(`${format}, ${kind}: 4 MB of rows read, masked, written (A), not masked (B)`, took);
}

async function memory(format: Format): Promise<void> {
  for (const size of [10, 100, 1000]) {
    const { rows, heap } = await stream(format, size * MEGABYTE);
    const [used, whole] = [heap, process.resourceUsage().maxRSS * 1000].map((bytes) =>
      (bytes / MEGABYTE).toFixed(0),
    );
    console.log(`${format}: ${size} MB, ${rows} rows: heap ${used} MB at most, process ${whole} MB so far`);
  }
}

const text = figures();
console.log(`${text}\n`);
writeFileSync(DOC, withFigures(readFileSync(DOC, "utf8"), text));
for (const kind of ["prose", "kept"] as const)
  for (const format of ["jsonl", "csv"] as const) await throughput(format, kind);
if (process.argv.includes("--large")) for (const format of ["jsonl", "csv"] as const) await memory(format);
else console.log("(memory over 1 GB of rows: npm run masking -- --large)");
