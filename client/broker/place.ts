import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import type { AwsCredentials } from "../../functions/core/signed-request.ts";
import { LatchkeyError } from "../errors.ts";
import { regionIn } from "./region.ts";

/** What a command line, or a program, says of where the broker is and who asks. All optional. */
export type PlaceOptions = {
  endpoint?: string;
  region?: string;
  /** The AWS profile that the caller signs with; without it the SDK's usual chain. */
  awsProfile?: string;
  /** One of the identities of the local AWS. */
  as?: string;
  /** A local.json by its path. */
  localFile?: string;
};

/** Where the broker is, and who signs. */
export type Place = {
  /** The signed API with its stage, without a slash at the end. */
  url: string;
  region: string;
  /** Where that was said, for people: `--endpoint`, a variable, a file. */
  source: string;
  awsProfile?: string;
  /** On the local AWS: where the other services are, for whoever works with the credentials. */
  awsEndpoint?: string;
  /** An identity of the local AWS. */
  credentials?: AwsCredentials;
};

type World = { env: NodeJS.ProcessEnv; cwd: string; home: string };

const configFile = z.strictObject({
  endpoint: z.string(),
  region: z.string().optional(),
  awsProfile: z.string().optional(),
});

const localFile = z.object({
  endpoint: z.url(),
  region: z.string(),
  apiUrl: z.url(),
  identities: z.record(z.string(), z.object({ accessKeyId: z.string(), secretAccessKey: z.string() })),
});

const isLoopback = ({ hostname }: URL): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);

/** A URL that may be signed for: HTTPS, or plain HTTP that stays on this machine. */
function urlOf(given: string, source: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  // Not shown: it may have a password in it.
  if (url && (url.username || url.password || url.search || url.hash))
    throw new LatchkeyError("no_endpoint", `${source} is to be a host and a stage, and nothing else.`);
  if (!url || (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url))))
    throw new LatchkeyError("no_endpoint", `${source} is no https:// address: ${JSON.stringify(given)}.`);
  return url;
}

/** The region to sign for: the host says it; where it has a name of its own, somebody has to. */
function regionOf(url: URL, world: World, explicit: string | undefined, configured?: string): string {
  const { env } = world;
  const told = regionIn(url) ?? (isLoopback(url) ? regionNear(url, world) : undefined);
  if (told && explicit && told !== explicit)
    throw new LatchkeyError(
      "wrong_region",
      `The endpoint is in ${told}, --region says ${explicit}: leave --region out.`,
    );
  const region = told ?? explicit ?? configured ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (region) return region;
  throw new LatchkeyError("wrong_region", `Say in which region ${url.host} is: --region or AWS_REGION.`);
}

/** The first `.latchkey/local.json` of this user's from here upwards, or the one of `LATCHKEY_HOME`. */
function localFileNear({ env, cwd }: World): string | undefined {
  if (env.LATCHKEY_HOME) return resolve(cwd, env.LATCHKEY_HOME, "local.json");
  for (let folder = cwd; ; folder = dirname(folder)) {
    const file = join(folder, ".latchkey", "local.json");
    if (isOwn(file)) return file;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Whether a file is there and this user's own: in /tmp anybody may lay one above where somebody else works. */
function isOwn(file: string): boolean {
  const uid = process.getuid?.();
  try {
    return uid === undefined ? existsSync(file) : statSync(file).uid === uid;
  } catch {
    return false;
  }
}

/** The region of the local AWS that is up near here, if this is its address. */
function regionNear(url: URL, world: World): string | undefined {
  const near = localFileNear(world);
  if (!near) return undefined;
  try {
    const { url: known, region } = readLocal(near, {});
    return known === url.href.replace(/\/+$/, "") ? region : undefined;
  } catch {
    return undefined; // It is not what was asked for: what is wrong with it is no fault of this address.
  }
}

function readLocal(file: string, options: PlaceOptions): Place {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new LatchkeyError("no_endpoint", `${file} cannot be read. Start the local AWS with: npm run local`);
  }
  const read = localFile.safeParse(jsonOf(text));
  if (!read.success)
    throw new LatchkeyError("config", `${file} is not what npm run local writes. Start it again.`);
  const { apiUrl, endpoint, region, identities } = read.data;
  // It lies in repositories, which others write: it may not lead the caller's signature, nor a command's data, elsewhere.
  if (!isLoopback(new URL(apiUrl)) || !isLoopback(new URL(endpoint)))
    throw new LatchkeyError(
      "config",
      `${file} leads away from this machine, which the local AWS never does: say the endpoint with --endpoint.`,
    );
  if (options.region !== undefined && options.region !== region)
    throw new LatchkeyError(
      "wrong_region",
      `The local AWS is in ${region}, --region says ${options.region}: leave --region out.`,
    );
  const { as: name } = options;
  const credentials = name !== undefined && Object.hasOwn(identities, name) ? identities[name] : undefined;
  if (name !== undefined && !credentials)
    throw new LatchkeyError(
      "usage",
      `${file} has no identity ${name}; it has ${Object.keys(identities).join(", ")}.`,
    );
  return {
    url: urlOf(apiUrl, file).href.replace(/\/+$/, ""),
    region,
    source: file,
    awsEndpoint: endpoint,
    ...(options.awsProfile ? { awsProfile: options.awsProfile } : {}),
    ...(credentials ? { credentials } : {}),
  };
}

function readConfig(world: World): { file: string; config: z.infer<typeof configFile> } | undefined {
  const file = join(world.env.XDG_CONFIG_HOME || join(world.home, ".config"), "latchkey", "config.yaml");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const read = configFile.safeParse(yamlOf(text));
  if (read.success) return { file, config: read.data };
  throw new LatchkeyError("config", `${file} should have endpoint: https://… (and region:, awsProfile:).`);
}

/**
 * Finds the broker: `--local-file` or `--as` (the local AWS), `--endpoint`, `LATCHKEY_ENDPOINT`,
 * `~/.config/latchkey/config.yaml`, `.latchkey/local.json` here or above; the first that is there.
 */
export function placeOf(options: PlaceOptions, world: World): Place {
  if (options.endpoint !== undefined && (options.as !== undefined || options.localFile !== undefined))
    throw new LatchkeyError("usage", "--as and --local-file are for the local AWS: leave --endpoint out.");
  if (options.localFile !== undefined) return readLocal(resolve(world.cwd, options.localFile), options);
  const near = localFileNear(world);
  if (options.as !== undefined) {
    if (near) return readLocal(near, options);
    throw new LatchkeyError("no_endpoint", "--as is for the local AWS, which is not up: npm run local");
  }
  const at = (given: string, source: string, configured?: Partial<z.infer<typeof configFile>>): Place => {
    const url = urlOf(given, source);
    const awsProfile = options.awsProfile ?? configured?.awsProfile;
    return {
      url: url.href.replace(/\/+$/, ""),
      region: regionOf(url, world, options.region, configured?.region),
      source,
      ...(awsProfile ? { awsProfile } : {}),
    };
  };
  if (options.endpoint !== undefined) return at(options.endpoint, "--endpoint");
  if (world.env.LATCHKEY_ENDPOINT) return at(world.env.LATCHKEY_ENDPOINT, "LATCHKEY_ENDPOINT");
  const configured = readConfig(world);
  if (configured) return at(configured.config.endpoint, configured.file, configured.config);
  if (near) return readLocal(near, options);
  throw new LatchkeyError(
    "no_endpoint",
    "Where is the broker? Say it with --endpoint https://…, LATCHKEY_ENDPOINT or ~/.config/latchkey/config.yaml.",
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function yamlOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
