import { statSync } from "node:fs";
import type { Source } from "../../functions/core/audit/verify/source.ts";
import { CliError, exitCodes } from "../exit.ts";
import { type TargetOptions, targetOf } from "../target.ts";
import { folderSource } from "./folder.ts";

/** What `--events` names. `copiedAt`: a bucket is read now; when a folder was copied, nobody can be sure. */
export async function sourceFrom(
  events: string,
  options: TargetOptions,
): Promise<{ source: Source; copiedAt?: number }> {
  if (events.startsWith("s3://")) {
    const { bucketIn, bucketSource, openBucket } = await import("./bucket.ts");
    return { source: bucketSource(openBucket(targetOf(options)), bucketIn(events)), copiedAt: Date.now() };
  }
  const isFolder = statSync(events, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!isFolder) throw new CliError(`There is no folder ${events}.`, exitCodes.cannotTell);
  return { source: folderSource(events) };
}

/** The same for a command that asks nobody else: what says where AWS is would go unheeded with a folder. */
export async function recordFrom(events: string, options: TargetOptions): Promise<{ source: Source }> {
  const { local, localFile, as } = options;
  if (!events.startsWith("s3://") && (local || localFile !== undefined || as !== undefined))
    throw new CliError(
      `--local, --local-file and --as say where a bucket is: ${events} is a folder, which is read as it is.`,
      exitCodes.usage,
    );
  return await sourceFrom(events, options);
}
