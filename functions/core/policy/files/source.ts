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

/**
 * What makes a file read otherwise than it looks: controls, a carriage return alone (which ends a comment of Cedar and no
 * line of a review), what turns the direction of writing, what shows as nothing. https://trojansource.codes
 */
const MISLEADING =
  /(?![\n\t]|\r\n)[\p{Cc}\p{Bidi_Control}\u00ad\u180e\u200b\u2028\u2029\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u;

/** Reads a file as UTF-8. One that cannot be read, is no UTF-8, or could mislead is reported and undefined. */
export function readSource(folder: PolicyFolder, path: string, report: Report): Source | undefined {
  const name = `${folder.name}/${path}`;
  const found = folder.read(path);
  const text = "value" in found ? textOf(found.value) : undefined;
  if (text !== undefined) {
    const unseen = MISLEADING.exec(text);
    if (!unseen) return { name, text };
    const code = unseen[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
    const line = lineAt(text, unseen.index);
    report({ file: name, line, reason: `has a character that is not seen, U+${code}: leave it out` });
    return undefined;
  }
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
