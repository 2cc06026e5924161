import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { titles } from "./titles.ts";

/** What must always hold (I-), what will be tried (A-) and what will break (F-): a sentence for each id. */
export type Requirements = Readonly<Record<string, string>>;

type Row = { id: string; sentence: string; files: readonly string[]; tests: number };
export type Table = { rows: Row[]; gaps: string[]; unknown: string[] };

const ID = /\b[IAF]-\d\d\b/g;

/** Each requirement with the tests that name it; what no test names, and names that nothing has. */
export function table(requirements: Requirements, tests: Readonly<Record<string, string>>): Table {
  const named = new Map<string, { files: Set<string>; tests: number }>();
  for (const [file, source] of Object.entries(tests))
    for (const title of titles(source))
      for (const id of new Set(title.split(" > ").at(-1)?.match(ID))) {
        const row = named.get(id) ?? { files: new Set(), tests: 0 };
        row.files.add(file);
        row.tests += 1;
        named.set(id, row);
      }
  const rows = Object.entries(requirements).map(([id, sentence]) => ({
    id,
    sentence,
    files: [...(named.get(id)?.files ?? [])].sort(),
    tests: named.get(id)?.tests ?? 0,
  }));
  return {
    rows,
    gaps: rows.filter(({ files }) => files.length === 0).map(({ id }) => id),
    unknown: [...named.keys()].filter((id) => !(id in requirements)).sort(),
  };
}

/** The test files below a folder, by their path in it. */
export function testFiles(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const tests = names.filter((name) => name.endsWith(".test.ts")).sort();
  return Object.fromEntries(tests.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
