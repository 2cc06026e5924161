import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { lintSource } from "@secretlint/core";
import { creator as rule } from "@secretlint/secretlint-rule-preset-recommend";

/** What somebody checked in or built, and which rule of secretlint it breaks in which line. */
export type Found = { file: string; rule: string; line: number };

const rules = [{ id: "@secretlint/secretlint-rule-preset-recommend", rule, options: {} }];
const options = { config: { rules }, noPhysicFilePath: true, maskSecrets: true } as const;

/** Keys of AWS and others, private keys, webhooks, passwords in addresses: wherever in a text. Never says what it found. */
export async function secretsIn(file: string, content: string): Promise<Found[]> {
  const source = { filePath: file, content, ext: extname(file), contentType: "text" } as const;
  const { messages } = await lintSource({ source, options });
  return messages.map(({ ruleId, loc }) => ({
    file,
    rule: ruleId.replace("@secretlint/secretlint-rule-", ""),
    line: loc.start.line,
  }));
}

// As .gitignore has it, and git's own.
const NOT_OURS = new Set([".git", "node_modules", ".latchkey", "cdk.out", "build", "coverage"]);
const BYTES = new Set([".png", ".wasm", ".parquet"]);

/** Every text file of the repository, by its path. */
export function sources(root: string, below = ""): [file: string, content: string][] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (NOT_OURS.has(entry.name) || BYTES.has(extname(entry.name))) return [];
    if (entry.isDirectory()) return sources(root, path);
    return entry.isFile() ? [[path, readFileSync(join(root, path), "utf8")]] : [];
  });
}
