import { existsSync } from "node:fs";
import { textOf } from "../../audit/keys.ts";
import { sourceFrom } from "../../audit/source.ts";
import { CliError, exitCodes } from "../../exit.ts";
import { jsonText } from "../../show/json.ts";
import type { RecordedGrant } from "../record/grant.ts";
import { recordedGrants } from "../record/read.ts";
import type { VerifyOptions } from "./commands.ts";
import { MANIFEST, readManifest, SIGN, SIGN_OFF } from "./manifest.ts";
import { checkIsPack, type PackFiles, readPack, textIn } from "./read-pack.ts";
import { verifiedLines } from "./show.ts";
import { keysIn } from "./signed.ts";
import { verifyPack } from "./verify.ts";

const EXITS = {
  whole: exitCodes.ok,
  tampered: exitCodes.tampered,
  cannot_tell: exitCodes.cannotTell,
} as const;
/** The clock of who made a pack may be so far from Latchkey's. */
const SKEW_MS = 3_600_000;

function keysOf(path: string): NonNullable<ReturnType<typeof keysIn>> {
  const fetched = "fetch .well-known/jwks.json of the approval API, and name that file with --jwks";
  if (!existsSync(path)) throw new CliError(`There is no file ${path}: ${fetched}.`, exitCodes.cannotTell);
  const keys = keysIn(textOf(path));
  if (keys) return keys;
  throw new CliError(`${path} has no keys as Latchkey publishes them: ${fetched}.`, exitCodes.cannotTell);
}

/** The grants of a record by which a review was signed and signed off: made since the review was. */
async function grantsOf(
  found: PackFiles,
  events: string,
  options: VerifyOptions,
): Promise<ReadonlyMap<string, RecordedGrant> | undefined> {
  const read = readManifest(textIn(found, MANIFEST) ?? "");
  if (!read.ok) return undefined;
  const { source } = await sourceFrom(events, options);
  const period = { from: Date.parse(read.manifest.madeAt) - SKEW_MS, until: Number.MAX_SAFE_INTEGER };
  const grants = await recordedGrants(source, period);
  const ours = grants.filter(({ resource }) => resource === SIGN || resource === SIGN_OFF);
  return new Map(ours.map((grant) => [grant.id, grant]));
}

/** `latchkey review verify`: offline, with what the user holds. */
export async function verifyHere(pack: string, options: VerifyOptions): Promise<void> {
  const found = await readPack(pack);
  checkIsPack(pack, found);
  const keys = options.jwks === undefined ? undefined : keysOf(options.jwks);
  const grants = options.events === undefined ? undefined : await grantsOf(found, options.events, options);
  const verified = await verifyPack({ found, ...(keys ? { keys } : {}), ...(grants ? { grants } : {}) });
  process.stdout.write(options.json ? jsonText(verified) : `${verifiedLines(verified).join("\n")}\n`);
  if (grants)
    process.stderr.write(
      "The record was taken as it is: that nothing in it was changed or left out, latchkey audit verify shows.\n",
    );
  process.exitCode = EXITS[verified.verdict];
  const open = verified.groups.filter(({ state }) => state !== "signed_off").map(({ group }) => group);
  if (options.complete && verified.verdict === "whole" && open.length > 0)
    throw new CliError(`Not signed off by ${open.join(", ")}.`, exitCodes.pending);
}
