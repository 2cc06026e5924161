import { readFileSync } from "node:fs";
import * as z from "zod";
import { CliError, exitCodes } from "./exit.ts";

/** What of `.latchkey/local.json` a client needs; the file has more. */
const localJson = z.object({
  endpoint: z.url(),
  region: z.string(),
  auditBucket: z.string(),
  identities: z.record(z.string(), z.object({ accessKeyId: z.string(), secretAccessKey: z.string() })),
});

/** Where AWS is and as whom it is asked: what SDK clients are made with. Empty: the usual chain of the AWS SDK. */
export type Target = {
  /** True where Athena has no `ExecutionParameters`. */
  isLocal: boolean;
  /** The record's bucket, where it is known without asking. */
  auditBucket?: string;
  sdk: {
    endpoint?: string;
    region?: string;
    credentials?: { accessKeyId: string; secretAccessKey: string };
  };
};

/** What a command line says of where AWS is. */
export type TargetOptions = { local?: boolean; localFile?: string; as?: string };

const LOCAL_FILE = ".latchkey/local.json";

/**
 * `local`: the file that `npm run local` writes, with `as` naming one of its identities. Without it the account that the
 * AWS SDK finds (profile, environment, role).
 */
export function targetOf({ local: isLocal, localFile, as }: TargetOptions): Target {
  const local = localFile ?? (isLocal ? LOCAL_FILE : undefined);
  if (local === undefined) {
    if (as !== undefined) throw new CliError("--as needs --local.", exitCodes.usage);
    return { isLocal: false, sdk: {} };
  }
  let text: string;
  try {
    text = readFileSync(local, "utf8");
  } catch {
    throw new CliError(`${local} cannot be read. Start the local AWS with: npm run local`, exitCodes.usage);
  }
  const parsed = localJson.safeParse(jsonIn(text));
  if (!parsed.success) throw new CliError(`${local} is not what npm run local writes.`, exitCodes.usage);
  const { endpoint, region, auditBucket, identities } = parsed.data;
  const name = as ?? "colin";
  const credentials = Object.hasOwn(identities, name) ? identities[name] : undefined;
  if (!credentials)
    throw new CliError(
      `${local} has no identity ${name}; it has ${Object.keys(identities).join(", ")}.`,
      exitCodes.usage,
    );
  return { isLocal: true, auditBucket, sdk: { endpoint, region, credentials } };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
