import { devNull } from "node:os";
import type { CredentialsView } from "../../functions/core/api/schemas.ts";

/** What programs need to run at all; nothing else of this process's environment, where hosts keep keys of their own. */
const PASSED = [
  ...["HOME", "LANG", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR", "TZ", "USER"],
  ...["SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PATHEXT", "COMSPEC"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"],
  ...["AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_DIR", "SSL_CERT_FILE"],
  "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED",
] as const;

type Place = { region: string; awsEndpoint?: string | undefined };

/**
 * The environment of a command without any identity: the files of profiles and the machine's own role are shut off, so
 * that neither an argument nor a fallback leads to the agent's.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
 */
export function bareEnvironment(own: NodeJS.ProcessEnv, { region, awsEndpoint }: Place): NodeJS.ProcessEnv {
  const passed = Object.entries(own).filter(
    ([name]) => name.startsWith("LC_") || PASSED.some((each) => each === name),
  );
  return {
    ...Object.fromEntries(passed),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
    ...(awsEndpoint ? { AWS_ENDPOINT_URL: awsEndpoint } : {}),
  };
}

/** The environment of a command with access: the grant's credentials and no others. */
export const environmentOf = (
  own: NodeJS.ProcessEnv,
  keys: CredentialsView,
  place: Place,
): NodeJS.ProcessEnv => ({
  ...bareEnvironment(own, place),
  AWS_ACCESS_KEY_ID: keys.AccessKeyId,
  AWS_SECRET_ACCESS_KEY: keys.SecretAccessKey,
  AWS_SESSION_TOKEN: keys.SessionToken,
});

/** Secrets of this process that a command does not get, and that must not come out of it by another way either. */
export const ownSecrets = (own: NodeJS.ProcessEnv): string[] =>
  ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "LATCHKEY_MCP_TOKEN"].flatMap((name) => own[name] || []);
