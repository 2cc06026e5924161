import { once } from "node:events";
import { createWriteStream, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { Command } from "commander";
import type { SealedEvent } from "../../functions/core/audit/event.ts";
import { ocsfOf } from "../../functions/core/audit/ocsf/event.ts";
import { readEvent } from "../../functions/core/audit/read-event.ts";
import { readParquet } from "../../functions/core/audit/verify/parquet/read.ts";
import { UNSAFE } from "../../functions/core/unsafe.ts";
import { CliError, exitCodes } from "../exit.ts";

/** More than any object of the exporter has: what is larger, or claims to be once unpacked, is not read. */
const LIMITS = { rows: 1_000_000, unpackedBytes: 1 << 30 };
const MAX_BYTES = 1 << 28;

/** Every Parquet file under a folder, by its path there, in the order of days and names. Links are not followed. */
function parquetFilesIn(folder: string): string[] {
  const entries = () => {
    try {
      return readdirSync(folder, { withFileTypes: true, recursive: true });
    } catch {
      throw new CliError(`${folder} is no folder that can be read.`, exitCodes.usage);
    }
  };
  return entries()
    .filter((entry) => entry.isFile() && entry.name.endsWith(".parquet"))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)(usage|quarantine)\//.test(path))
    .sort();
}

const cannotTell = (path: string, why: string): CliError =>
  new CliError(`${path}: ${why}. Ask: latchkey audit verify`, exitCodes.cannotTell);

const unit = (character: string): string =>
  [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
    .join("");

/** One line of JSON: what would not show, or turn a line about, is written with JSON's own escapes. */
const lineOf = (sealed: SealedEvent): string => `${JSON.stringify(ocsfOf(sealed)).replace(UNSAFE, unit)}\n`;

/** The events of a file as OCSF objects. Throws at the first thing that is no event: nothing is left out silently. */
function* ocsfIn(path: string, bytes: Uint8Array, seen: Map<string, string>): Generator<string> {
  const file = readParquet(bytes, LIMITS);
  if (!file.ok) throw cannotTell(path, file.why);
  const values = (name: string) => file.columns.find((column) => column.name === name)?.values;
  const [bodies, hashes] = [values("body"), values("hash")];
  for (let row = 0; row < file.rows; row += 1) {
    const [body, hash] = [bodies?.[row], hashes?.[row]];
    const read = readEvent(typeof body === "string" ? body : "", typeof hash === "string" ? hash : "");
    if (!read.ok) throw cannotTell(path, `row ${row + 1} is no event (${read.problem})`);
    const { id } = read.sealed.event;
    const before = seen.get(id);
    if (before !== undefined && before !== read.sealed.hash)
      throw new CliError(
        `${path}: two copies of ${id} differ. Ask: latchkey audit verify`,
        exitCodes.tampered,
      );
    if (before !== undefined) continue;
    seen.set(id, read.sealed.hash);
    yield lineOf(read.sealed);
  }
}

/** Writes every event of a folder once, as OCSF JSON Lines; how many. */
async function writeOcsf(folder: string, out: NodeJS.WritableStream): Promise<number> {
  const seen = new Map<string, string>();
  for (const path of parquetFilesIn(folder)) {
    const file = join(folder, path);
    if (statSync(file).size > MAX_BYTES)
      throw cannotTell(path, "it is larger than anything that is exported");
    for (const line of ocsfIn(path, readFileSync(file), seen)) if (!out.write(line)) await once(out, "drain");
  }
  return seen.size;
}

/** `latchkey audit ocsf`. A folder as `aws s3 sync` makes it: the bucket's own, or its `events/`. */
export function addOcsf(audit: Command): void {
  audit
    .command("ocsf")
    .description(
      "The events of a folder as OCSF JSON Lines, each once. Checks each event, and not the whole: verify does.",
    )
    .requiredOption("--events <folder>", "a copy of the record's bucket, or of its events/")
    .option("--out <file>", "where to; without it, to the terminal")
    .action(async ({ events, out }: { events: string; out?: string }) => {
      if (out === undefined) return void (await writeOcsf(events, process.stdout));
      const file = createWriteStream(out, { flags: "wx" });
      const failed = new Promise<never>((_done, fail) =>
        file.once("error", () =>
          fail(new CliError(`${out} is there already, or cannot be written.`, exitCodes.usage)),
        ),
      );
      const written = await Promise.race([writeOcsf(events, file), failed]);
      file.end();
      await Promise.race([once(file, "finish"), failed]);
      console.error(`${written} events written to ${out}.`);
    });
}
