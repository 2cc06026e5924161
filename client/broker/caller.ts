import type { AwsCredentials } from "../../functions/core/signed-request.ts";
import { LatchkeyError } from "../errors.ts";
import type { Place } from "./place.ts";

/** Set for what the AWS SDK starts while we look for our own caller, so that `latchkey` never asks itself. */
const SIGNING_IN = "LATCHKEY_SIGNING_IN";

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
  if (env[SIGNING_IN])
    throw new LatchkeyError(
      "sign_in",
      "This AWS profile gets its credentials from latchkey, which needs the agent's own to sign in: name that profile with --aws-profile.",
    );
  let provider: (() => Promise<AwsCredentials>) | undefined;
  return async () => {
    env[SIGNING_IN] = "1";
    try {
      provider ??= await usualChain(awsProfile);
      return await provider();
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
    } finally {
      delete env[SIGNING_IN];
    }
  };
}
