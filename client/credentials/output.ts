import type { CredentialsView } from "../../functions/core/api/schemas.ts";

export type Keys = Pick<CredentialsView, "AccessKeyId" | "SecretAccessKey" | "SessionToken">;

/**
 * From when on the AWS SDKs renew: boto3 15 minutes before the end, then at every request; the others later.
 * https://github.com/boto/botocore/blob/develop/botocore/credentials.py, `RefreshableCredentials`.
 */
export const REFRESH_MS = 15 * 60_000;
/** A Lambda role that assumes a role is chaining: an hour at most, whatever the window. */
const SESSION_SECONDS = 3_600;

export type Ends = {
  now: number;
  endsAt: string;
  sessionEnds: string;
  windowSeconds: number;
  /** Whether another grant may follow this one: by profile, yes. */
  again: boolean;
  /** Whether an SDK was told before; where nothing is kept, nobody knows. */
  told?: boolean | undefined;
};

/**
 * What to print as `Expiration`. With it an SDK comes back to renew, which is of use only where there will be something
 * new; without it the keys are fixed, and meet the grant's own deny at its end. Who was told once is told to the end:
 * boto3 cannot renew without.
 */
export function expirationOf({
  now,
  endsAt,
  sessionEnds,
  windowSeconds,
  again,
  told,
}: Ends): string | undefined {
  const mayHaveBeenTold =
    told ?? (windowSeconds * 1000 > REFRESH_MS && (again || windowSeconds > SESSION_SECONDS));
  const goesOn = again || Date.parse(sessionEnds) < Date.parse(endsAt);
  const isLong = Date.parse(endsAt) - now > REFRESH_MS;
  return mayHaveBeenTold || (goesOn && isLong) ? sessionEnds : undefined;
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
export function processOutput(
  { AccessKeyId, SecretAccessKey, SessionToken }: Keys,
  expiration?: string,
): string {
  const Expiration = expiration === undefined ? {} : { Expiration: expiration };
  return `${JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey, SessionToken, ...Expiration })}\n`;
}
