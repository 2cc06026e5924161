import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { digestFile, digestKey } from "../../functions/core/audit/digest.ts";
import { makeProof, readProof } from "../../functions/core/audit/verify/proof.ts";
import { LIMITS, type Source } from "../../functions/core/audit/verify/source.ts";
import { verifyRecord } from "../../functions/core/audit/verify/verify.ts";
import { grantId } from "../../functions/core/ids.ts";
import { CliError, exitCodes } from "../exit.ts";
import { green, openBar, yellow } from "../progress.ts";
import type { TargetOptions } from "../target.ts";
import { keysIn } from "./keys.ts";
import { reportLines } from "./show-report.ts";
import { sourceFrom } from "./source.ts";
import { stepOf } from "./verify.ts";

type Options = TargetOptions & { events: string; grant: string; key: string[]; out: string };

/** The newest digest that names the grant: its hour was found when the record was checked. */
async function digestWith(source: Source, from: string) {
  const bytes = await source.read(digestKey({ from }), LIMITS.digestBytes);
  if (typeof bytes === "string") throw new CliError(`${digestKey({ from })} cannot be read again.`);
  return digestFile.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
}

async function prove(options: Options): Promise<void> {
  const keys = keysIn(options.key);
  const { grant, out } = options;
  if (!grantId.safeParse(grant).success)
    throw new CliError("--grant takes the id of a grant: 16 characters.", exitCodes.usage);
  const { source, copiedAt } = await sourceFrom(options.events, options);
  const bar = openBar();
  const began = performance.now();
  const report = await verifyRecord({
    source,
    keys,
    grant,
    ...(copiedAt === undefined ? {} : { copiedAt }),
    onProgress: (progress) => bar.show(stepOf(progress, (performance.now() - began) / 1000)),
  }).finally(() => bar.close());
  // Nobody is handed a proof from a record that does not hold itself.
  if (report.verdict !== "whole" || !report.grant?.signedIn) {
    console.log(reportLines(report).join("\n"));
    const isTampered = report.verdict === "tampered";
    throw new CliError("No proof was made.", isTampered ? exitCodes.tampered : exitCodes.cannotTell);
  }
  const { events, signedUpTo, signedIn } = report.grant;
  const text = makeProof(grant, events, await digestWith(source, signedIn));
  const read = readProof(text, keys, grant);
  if (!read.ok) throw new CliError(`The proof would not hold: ${read.says}`);
  try {
    // Never over another file.
    writeFileSync(out, text, { flag: "wx" });
  } catch {
    throw new CliError(`${out} cannot be written, or is there already.`);
  }
  console.log(green(`${out} proves ${signedUpTo} events of grant ${grant}, as of ${read.statement.to}.`));
  if (events.length > signedUpTo)
    console.log(
      yellow(`${events.length - signedUpTo} later events are in no digest yet: prove again in an hour.`),
    );
}

/** Adds `latchkey audit prove`. */
export function addProve(audit: Command): void {
  audit
    .command("prove")
    .description("Write a proof of one grant's story, which tells nothing of other grants.")
    .requiredOption("--events <folder|s3://…>", "a copy of the record's bucket, or the bucket itself")
    .requiredOption("--grant <id>", "the grant")
    .requiredOption(
      "--key <file>",
      "public keys of the digests, PEM or JWKS",
      (value, before: string[]) => [...before, value],
      [],
    )
    .requiredOption("--out <file>", "where to write the proof")
    .action((_options, command: Command) => prove(command.optsWithGlobals()));
}
