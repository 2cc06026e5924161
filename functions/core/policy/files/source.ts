import type { PolicyFolder } from "./folder.ts";
import type { Report } from "./problem.ts";

/** A policy file: `name` is what problems call it, relative to the parent of the policy folder. */
export type Source = { name: string; text: string };

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Reads a file as UTF-8. One that cannot be read, or is no UTF-8, is reported and undefined. */
export function readSource(folder: PolicyFolder, path: string, report: Report): Source | undefined {
  const name = `${folder.name}/${path}`;
  const found = folder.read(path);
  const text = "value" in found ? textOf(found.value) : undefined;
  if (text !== undefined) return { name, text };
  const reason = "value" in found ? "it is not UTF-8" : found.reason;
  report({ file: name, line: 1, reason: `cannot be read: ${reason}` });
  return undefined;
}

/**
 * All files of a folder that end so, by name. Another file there is a problem and is not passed over: a rule in
 * `pii.cedar.txt` would be missed by everybody but the agents. Names that begin with a dot are editors' own.
 */
export function readFolder(folder: PolicyFolder, path: string, end: string, report: Report): Source[] {
  const found = folder.list(path);
  if (!("value" in found)) {
    report({ file: `${folder.name}/${path}`, line: 1, reason: `cannot be read: ${found.reason}` });
    return [];
  }
  return [...found.value].sort().flatMap((entry) => {
    if (entry.startsWith(".")) return [];
    if (!entry.endsWith(end)) {
      report({ file: `${folder.name}/${path}/${entry}`, line: 1, reason: `only ${end} files belong here` });
      return [];
    }
    return readSource(folder, `${path}/${entry}`, report) ?? [];
  });
}

/** The line, from 1, of a character offset. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

/** A character offset from one in UTF-8 bytes, which is what Cedar counts in. */
export const charOffset = (text: string, bytes: number): number =>
  Buffer.from(text, "utf8").subarray(0, bytes).toString("utf8").length;
