import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "./problem.ts";

/** A policy file: `name` is what problems call it, relative to the parent of the policy folder. */
export type Source = { name: string; text: string };

/** Reads a file as UTF-8. One that cannot be read, or is no UTF-8, is reported and undefined. */
export function readSource(path: string, name: string, report: Report): Source | undefined {
  try {
    return { name, text: new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path)) };
  } catch (error) {
    report({ file: name, line: 1, reason: `cannot be read: ${whyOf(error)}` });
    return undefined;
  }
}

/**
 * All files of a folder that end so, by name. Another file there is a problem and is not passed over: a rule in
 * `pii.cedar.txt` would be missed by everybody but the agents. Names that begin with a dot are editors' own.
 */
export function readFolder(folder: string, name: string, end: string, report: Report): Source[] {
  let entries: string[];
  try {
    entries = readdirSync(folder).sort();
  } catch (error) {
    report({ file: name, line: 1, reason: `cannot be read: ${whyOf(error)}` });
    return [];
  }
  return entries.flatMap((entry) => {
    if (entry.startsWith(".")) return [];
    const file = `${name}/${entry}`;
    if (!entry.endsWith(end)) {
      report({ file, line: 1, reason: `only ${end} files belong here` });
      return [];
    }
    return readSource(join(folder, entry), file, report) ?? [];
  });
}

/** The line, from 1, of a character offset. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

/** A character offset from one in UTF-8 bytes, which is what Cedar counts in. */
export const charOffset = (text: string, bytes: number): number =>
  Buffer.from(text, "utf8").subarray(0, bytes).toString("utf8").length;

function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  const code = "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "it does not exist";
  if (code === "EISDIR") return "it is a folder";
  if (code === "ENOTDIR") return "it is not a folder";
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return "it is not UTF-8";
  return error.message;
}
