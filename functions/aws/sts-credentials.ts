import type { Credentials } from "@aws-sdk/client-sts";
import * as z from "zod";

const given = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  SessionToken: z.string(),
  Expiration: z.date(),
});

/** A session as STS answered it, in the SDK's own form. Throws when anything of it is not there. */
export function sessionIn(credentials: Credentials | undefined) {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given.parse(credentials);
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  };
}
export type StsSession = ReturnType<typeof sessionIn>;
