import { homedir, hostname } from "node:os";
import type { AskBody } from "../../functions/core/api/schemas.ts";
import { canonicalJson, sha256Hex } from "../../functions/core/canonical.ts";
import type { Place } from "../broker/place.ts";

/** What says who signs, in the environment: https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html */
const WHO = [
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_ACCESS_KEY_ID",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONFIG_FILE",
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  "AWS_EC2_METADATA_SERVICE_ENDPOINT",
];
/** Where the AWS files are that are named nowhere, and which machine or container has a role of its own: folders are shared. */
const whereabouts = (): unknown[] => [homedir(), hostname()];

/** Who asks, as far as it is known before signing: two agents of one user must not be given each other's keys. */
function callerOf(place: Place, env: NodeJS.ProcessEnv, here: unknown[]): unknown[] {
  if (place.credentials) return [place.credentials.accessKeyId];
  return [place.awsProfile ?? null, ...WHO.map((name) => env[name] ?? null), ...here];
}

/** The name of a file for what one caller asks of one broker: a profile's content, or a grant. A hash, which tells nothing. */
export const keyOf = (
  place: Place,
  env: NodeJS.ProcessEnv,
  what: AskBody | { grant: string },
  here: unknown[] = whereabouts(),
): string => sha256Hex(canonicalJson([2, place.url, callerOf(place, env, here), what])).slice(0, 40);

const MINUTE_MS = 60_000;

/** The same Idempotency-Key for whoever asks the same within a minute, on whatever machine of the agent. */
export const askKey = (body: AskBody, now: number): string =>
  `profile-${sha256Hex(canonicalJson([body, Math.floor(now / MINUTE_MS)])).slice(0, 40)}`;
