import { statSync } from "node:fs";
import { folderSource } from "../../audit/folder.ts";
import { CliError, exitCodes } from "../../exit.ts";
import { MANIFEST, type Manifest, readManifest, SIGNATURE, sheetNames } from "./manifest.ts";

/** More than any file of a pack has. */
const MAX_BYTES = 1 << 28;

/** What lies in a pack's folder: bytes by name, and what is no file that can be read, with what it is instead. */
export type PackFiles = { files: ReadonlyMap<string, Uint8Array>; odd: ReadonlyMap<string, string> };

/** Reads a pack's folder. Nothing that is in it is believed. */
export async function readPack(pack: string): Promise<PackFiles> {
  if (!statSync(pack, { throwIfNoEntry: false })?.isDirectory())
    throw new CliError(
      `${pack} is no folder: name the pack that \`latchkey review --month\` made.`,
      exitCodes.cannotTell,
    );
  const source = folderSource(pack);
  const [files, odd] = [new Map<string, Uint8Array>(), new Map<string, string>()];
  for await (const entry of source.list()) {
    const read = entry.odd ?? (await source.read(entry.key, MAX_BYTES));
    if (typeof read === "string") odd.set(entry.key, read.replace("_", " "));
    else files.set(entry.key, read);
  }
  return { files, odd };
}

export const textIn = ({ files }: PackFiles, name: string): string | undefined => {
  const bytes = files.get(name);
  return bytes && Buffer.from(bytes).toString("utf8");
};

/** Refuses a folder that has neither a manifest of a pack nor anything else that only a pack has. */
export function checkIsPack(pack: string, found: PackFiles): void {
  if (readManifest(textIn(found, MANIFEST) ?? "").ok) return;
  if ([SIGNATURE, ...sheetNames].some((name) => found.files.has(name) || found.odd.has(name))) return;
  throw new CliError(
    `${pack} is no access review: it has no ${MANIFEST} as \`latchkey review --month\` makes one.`,
    exitCodes.cannotTell,
  );
}

/** The manifest of a pack that is to be signed off: a pack that was changed is not shown to anybody for their yes. */
export function manifestOf(pack: string, found: PackFiles): { manifest: Manifest; digest: string } {
  const read = readManifest(textIn(found, MANIFEST) ?? "");
  if (read.ok) return read;
  throw new CliError(
    read.why === "later"
      ? `${pack} was made by a later release: use that release's latchkey.`
      : `${pack} is no access review: its ${MANIFEST} is not as one is made.`,
    exitCodes.cannotTell,
  );
}
