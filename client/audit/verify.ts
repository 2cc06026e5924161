import type { Command } from "commander";
import type { PublicKey } from "../../functions/core/audit/digest.ts";
import { type Held, readHeld } from "../../functions/core/audit/verify/held.ts";
import { readProof } from "../../functions/core/audit/verify/proof.ts";
import type { Report } from "../../functions/core/audit/verify/report.ts";
import type { Progress } from "../../functions/core/audit/verify/run.ts";
import { storyOf } from "../../functions/core/audit/verify/story.ts";
import { verifyRecord } from "../../functions/core/audit/verify/verify.ts";
import { grantId } from "../../functions/core/ids.ts";
import { CliError, type ExitCode, exitCodes } from "../exit.ts";
import { bold, green, openBar, red, type Step, yellow } from "../progress.ts";
import { jsonText } from "../show/json.ts";
import type { TargetOptions } from "../target.ts";
import { keysIn, textOf } from "./keys.ts";
import { megabytes, reportLines } from "./show-report.ts";
import { sourceFrom } from "./source.ts";

type Options = TargetOptions & {
  events?: string;
  proof?: string;
  key: string[];
  digest?: string;
  grant?: string;
  allowUncovered?: true;
  json?: true;
};

const exitOf = {
  whole: exitCodes.ok,
  tampered: exitCodes.tampered,
  cannot_tell: exitCodes.cannotTell,
} as const satisfies Record<Report["verdict"], ExitCode>;

export const stepOf = ({ phase, done, total, bytes, events }: Progress, seconds: number): Step => {
  if (phase === "listing") return { done: 0, total: 0, text: `listing: ${done}` };
  if (phase === "digests") return { done, total, text: `${done} of ${total} digests` };
  const rate = seconds > 0 ? `, ${Math.round(events / seconds).toLocaleString("en-GB")} a second` : "";
  return {
    done,
    total,
    text: `${done} of ${total} objects  ${megabytes(bytes)}  ${events.toLocaleString("en-GB")} events${rate}`,
  };
};

function heldIn(given: string, keys: readonly PublicKey[]): Held {
  // A file may have two dots in its name; a JWS begins with a JSON object and ends with 64 bytes.
  const isItself = /^(sha256:)?[0-9a-f]{64}$/.test(given) || /^ey[\w-]+\.ey[\w-]+\.[\w-]{86}$/.test(given);
  const read = readHeld(isItself ? given : textOf(given), keys);
  if (!read.ok) throw new CliError(read.says, exitCodes.cannotTell);
  return read.held;
}

async function verifyEvents(events: string, options: Options, keys: readonly PublicKey[]): Promise<Report> {
  const held = options.digest === undefined ? undefined : heldIn(options.digest, keys);
  const { source, copiedAt } = await sourceFrom(events, options);
  const bar = openBar();
  const began = performance.now();
  try {
    return await verifyRecord({
      source,
      keys,
      ...(held ? { held } : {}),
      ...(options.grant === undefined ? {} : { grant: options.grant }),
      ...(options.allowUncovered ? { allowUncovered: true } : {}),
      ...(copiedAt === undefined ? {} : { copiedAt }),
      onProgress: (progress) => bar.show(stepOf(progress, (performance.now() - began) / 1000)),
    });
  } finally {
    bar.close();
  }
}

const DOUBTS: readonly string[] = ["unknown_key", "unknown_version", "unknown_event"];

/** A proof that somebody was handed. Its exit code says the same as that of a record. */
function verifyProof(path: string, { grant, json }: Options, keys: readonly PublicKey[]): ExitCode {
  const read = readProof(textOf(path), keys, grant);
  const isDoubt = !read.ok && DOUBTS.includes(read.problem);
  const code = read.ok ? exitCodes.ok : isDoubt ? exitCodes.cannotTell : exitCodes.tampered;
  if (json) {
    process.stdout.write(jsonText(read));
    return code;
  }
  if (!read.ok) {
    const says = `The proof does not hold: ${read.says}`;
    console.log(isDoubt ? yellow(says) : red(says));
    return code;
  }
  const { statement, events } = read;
  console.log(green(`The proof holds for grant ${read.grant}.`));
  console.log(
    `Digest ${statement.number} of ${statement.record}, made ${statement.madeAt}, says that at ${statement.to} its chain had ${events.length === 1 ? "this one event" : `exactly these ${events.length} events`}:`,
  );
  for (const line of storyOf(events)) console.log(`  ${line}`);
  console.log(bold("What came later, this proof does not say."));
  return code;
}

async function verify(options: Options): Promise<void> {
  const keys = keysIn(options.key);
  if (options.grant !== undefined && !grantId.safeParse(options.grant).success)
    throw new CliError("--grant takes the id of a grant: 16 characters.", exitCodes.usage);
  if (options.proof !== undefined && options.events !== undefined)
    throw new CliError("Either --events or --proof.", exitCodes.usage);
  if (options.proof !== undefined && options.digest !== undefined)
    throw new CliError("--digest is held to a record; a proof has its own.", exitCodes.usage);
  if (options.proof !== undefined) {
    process.exitCode = verifyProof(options.proof, options, keys);
    return;
  }
  if (options.events === undefined) throw new CliError("--events or --proof is needed.", exitCodes.usage);
  const report = await verifyEvents(options.events, options, keys);
  process.stdout.write(options.json ? jsonText(report) : `${reportLines(report).join("\n")}\n`);
  process.exitCode = exitOf[report.verdict];
}

const gather = (value: string, before: string[]): string[] => [...before, value];

/** Adds `latchkey audit verify`. */
export function addVerify(audit: Command): void {
  audit
    .command("verify")
    .description("Check offline that nothing of the record was changed, dropped or put in.")
    .option("--events <folder|s3://…>", "a copy of the record's bucket, or the bucket itself")
    .option("--proof <file>", "the proof of one grant, instead of a record")
    .requiredOption(
      "--key <file>",
      "public keys of the digests, PEM or JWKS; may be given several times",
      gather,
      [],
    )
    .option("--digest <file|jws|sha256:…>", "a digest that was held elsewhere: finds what was cut off")
    .option("--grant <id>", "tell the story of this grant too")
    .option("--allow-uncovered", "let old events pass that no digest covers; they are counted")
    .option("--json", "the whole report as JSON")
    .addHelpText("after", "\nExit codes: 0 whole, 1 tampered, 2 cannot tell, 3 failed, 64 wrong usage.")
    .action((_options, command: Command) => verify(command.optsWithGlobals()));
}
