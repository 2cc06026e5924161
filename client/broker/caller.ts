import type { AwsCredentials } from "../../functions/core/signed-request.ts";
import { LatchkeyError } from "../errors.ts";
import type { Place } from "./place.ts";

/** Set for what the AWS SDK starts while we look for our own caller, so that `latchkey` never asks itself. */
export const SIGNING_IN = "LATCHKEY_SIGNING_IN";

/** How many of this process are looking just now, so that the mark stays while one does and none takes it for its own parent's. */
const looking = new WeakMap<NodeJS.ProcessEnv, number>();

async function marked<T>(env: NodeJS.ProcessEnv, work: () => Promise<T>): Promise<T> {
  looking.set(env, (looking.get(env) ?? 0) + 1);
  env[SIGNING_IN] = "1";
  try {
    return await work();
  } finally {
    const left = (looking.get(env) ?? 1) - 1;
    looking.set(env, left);
    if (left === 0) delete env[SIGNING_IN];
  }
}

/** The AWS SDK's own, loaded when it is needed: who is told who signs need not wait for it. */
async function usualChain(profile: string | undefined): Promise<() => Promise<AwsCredentials>> {
  const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
  return defaultProvider(profile ? { profile } : {});
}

/**
 * Who signs: an identity of the local AWS, a profile, or the AWS SDK's usual chain. Read anew for each call that finds
 * it about to expire. Throws `sign_in` in one sentence.
 */
export function callerOf(place: Place, env: NodeJS.ProcessEnv): () => Promise<AwsCredentials> {
  const { credentials, awsProfile } = place;
  if (credentials) return () => Promise.resolve(credentials);
  if (env[SIGNING_IN] && !looking.get(env))
    throw new LatchkeyError(
      "sign_in",
      "This AWS profile gets its credentials from latchkey, which needs the agent's own to sign in: name that profile with --aws-profile.",
    );
  let provider: (() => Promise<AwsCredentials>) | undefined;
  return async () => {
    try {
      return await marked(env, async () => {
        provider ??= await usualChain(awsProfile);
        return provider();
      });
    } catch (cause) {
      const { message } = cause as Error;
      const hint = place.awsEndpoint ? "use --as <identity>, " : "";
      const why = /expired/i.test(message)
        ? "Your AWS credentials have expired"
        : "There are no AWS credentials to sign with";
      throw new LatchkeyError(
        "sign_in",
        `${why}: ${hint}sign in again, or name a profile with --aws-profile.`,
        { cause },
      );
    }
  };
}
