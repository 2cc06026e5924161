import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./runner.ts";

/** The blocks of code under a heading of docs/ci.md, in the page's order. */
export function blocksOf(heading: string): string[] {
  const doc = readFileSync(join(root, "docs/ci.md"), "utf8");
  const section = doc.split(/^## /m).find((each) => each.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`docs/ci.md has no section ${heading}`);
  return [...section.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, text = ""]) => text);
}

/** The first of them. */
export function blockOf(heading: string): string {
  const [first] = blocksOf(heading);
  if (first === undefined) throw new Error(`docs/ci.md shows nothing under ${heading}`);
  return first;
}
