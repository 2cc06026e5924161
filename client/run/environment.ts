import type { CredentialsView } from "../../functions/core/api/schemas.ts";
import { SIGNING_IN } from "../broker/caller.ts";

/** Where a command finds its credentials: fixed keys, or an address that has the newest. */
export type Given =
  | { how: "keys"; keys: CredentialsView }
  | { how: "address"; address: { url: string; token: string } };

/**
 * What would win over what we set, or say something untrue beside it.
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
const CLEARED = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
  // boto3 would renew from the very variables that hold the old keys, and stop.
  "AWS_CREDENTIAL_EXPIRATION",
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  // Older names, which the SDKs for Go and for Java still read.
  "AWS_ACCESS_KEY",
  "AWS_SECRET_KEY",
  SIGNING_IN,
];
/**
 * A service's API key, like `AWS_BEARER_TOKEN_BEDROCK`: an SDK that sees one signs with no credentials at all.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html
 */
const BEARER = "AWS_BEARER_TOKEN_";
const isCleared = (name: string): boolean => CLEARED.includes(name) || name.startsWith(BEARER);

/** In the SDKs' chains the container's address comes after the files, whose default profile would be used instead. */
const noFiles = (platform: NodeJS.Platform): NodeJS.ProcessEnv => {
  const nothing = platform === "win32" ? "NUL" : "/dev/null";
  return { AWS_CONFIG_FILE: nothing, AWS_SHARED_CREDENTIALS_FILE: nothing };
};

function credentialsIn(given: Given, platform: NodeJS.Platform): NodeJS.ProcessEnv {
  if (given.how === "address") {
    const { url, token } = given.address;
    return {
      ...noFiles(platform),
      AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
    };
  }
  const { AccessKeyId, SecretAccessKey, SessionToken } = given.keys;
  return {
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    AWS_SESSION_TOKEN: SessionToken,
  };
}

export type Around = {
  grant: string;
  /** The region that the command had before, or the broker's. */
  region: string;
  /** On the local AWS: where the services are. */
  awsEndpoint?: string | undefined;
  platform: NodeJS.Platform;
};

/** The environment of a command that runs with a grant: the caller's, with the grant's credentials and no others. */
export function environmentOf(parent: NodeJS.ProcessEnv, given: Given, around: Around): NodeJS.ProcessEnv {
  const { grant, region, awsEndpoint, platform } = around;
  const kept = Object.entries(parent).filter(([name]) => !isCleared(name.toUpperCase()));
  return {
    ...Object.fromEntries(kept),
    ...credentialsIn(given, platform),
    // boto3 and version 1 of the AWS CLI know the second name only.
    ...{ AWS_REGION: region, AWS_DEFAULT_REGION: region },
    ...(awsEndpoint ? { AWS_ENDPOINT_URL: awsEndpoint } : {}),
    LATCHKEY_GRANT: grant,
  };
}

/** The region of one profile in the text of ~/.aws/config: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html */
export function regionIn(config: string, profile: string): string | undefined {
  const heads = profile === "default" ? ["default", "profile default"] : [`profile ${profile}`];
  let inside = false;
  for (const line of config.split(/\r?\n/)) {
    const head = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1];
    if (head !== undefined) inside = heads.includes(head.replace(/\s+/g, " "));
    // Not indented: what is belongs to a nested setting.
    const region = inside ? /^region\s*=\s*([a-z0-9-]+)\s*$/.exec(line)?.[1] : undefined;
    if (region) return region;
  }
  return undefined;
}
