import { once } from "node:events";
import { createWriteStream, statSync } from "node:fs";
import type { Command } from "commander";
import type { SealedEvent } from "../../functions/core/audit/event.ts";
import { ocsfOf } from "../../functions/core/audit/ocsf/event.ts";
import { UNSAFE } from "../../functions/core/unsafe.ts";
import { CliError, exitCodes } from "../exit.ts";
import { sealedEvents } from "../learn/record/read.ts";
import { folderSource } from "./folder.ts";

const unit = (character: string): string =>
  [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
    .join("");

/** One line of JSON: what would not show, or turn a line about, is written with JSON's own escapes. */
const lineOf = (sealed: SealedEvent): string => `${JSON.stringify(ocsfOf(sealed)).replace(UNSAFE, unit)}\n`;

/** Writes every event of a folder once, as OCSF JSON Lines; how many. Stops at the first thing that is no event. */
async function writeOcsf(folder: string, out: NodeJS.WritableStream): Promise<number> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new CliError(`${folder} is no folder that can be read.`, exitCodes.usage);
  let written = 0;
  for await (const sealed of sealedEvents(folderSource(folder))) {
    if (!out.write(lineOf(sealed))) await once(out, "drain");
    written += 1;
  }
  return written;
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
