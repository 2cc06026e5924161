import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

type Manifest = { name: string; version: string; license?: string };

/** What may be bundled into a package under Apache-2.0 with no more than its notice. None asks for the source of the rest. */
export const permissive = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0"];
const NOTICES = /^(licen[cs]e|notice|copying)(\.(md|txt))?$/i;

/** The texts of a package's licence and notice. */
const textsIn = (folder: string): string =>
  readdirSync(folder)
    .filter((name) => NOTICES.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n").trim())
    .join("\n\n");

/** One file for all that is bundled: each text once, below the packages that it is of. Throws for a licence not listed. */
export function licencesOf(root: string, folders: readonly string[]): string {
  const packages = folders.map((folder) => {
    const manifest: Manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const { name, version, license = "" } = manifest;
    if (!permissive.includes(license))
      throw new Error(`${name} ${version} is under ${license || "no licence"}`);
    return { title: `${name} ${version} (${license})`, text: textsIn(join(root, folder)) };
  });
  const byText = new Map<string, string[]>();
  for (const { title, text } of packages) byText.set(text, [...(byText.get(text) ?? []), title]);
  return [...byText]
    .map(([text, titles]) => `${titles.join("\n")}\n\n${text || "No text of its own."}\n`)
    .join(`\n${"-".repeat(80)}\n\n`);
}
