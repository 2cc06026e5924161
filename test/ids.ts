// Prints which test shows which requirement, and fails where none does. `npm run ids`; `npm test` begins with it.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Requirements, table, testFiles } from "./requirements/table.ts";

const here = dirname(fileURLToPath(import.meta.url));
const requirements = JSON.parse(readFileSync(join(here, "requirements.json"), "utf8")) as Requirements;
const { rows, gaps, unknown } = table(requirements, testFiles(here));

for (const { id, sentence, files } of rows)
  process.stdout.write(`${id}  ${sentence}\n      ${files.join("  ") || "NO TEST NAMES IT"}\n`);
process.stdout.write(`Requirements: ${rows.length - gaps.length} shown by tests, ${gaps.length} not\n`);
if (gaps.length > 0) process.stdout.write(`No test's title names ${gaps.join(", ")}\n`);
if (unknown.length > 0) process.stdout.write(`Titles name what there is not: ${unknown.join(", ")}\n`);
if (gaps.length + unknown.length > 0) process.exitCode = 1;
