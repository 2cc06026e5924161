import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import * as z from "zod";
import type { Here } from "./role-policies.ts";

/** The role of other accounts by which their deny lists are written: the only thing that `revoke-access` assumes. */
export const REVOKER_ROLE = "latchkey-revoker";

const credentials = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  SessionToken: z.string(),
  Expiration: z.date(),
});

/** Credentials of an account's revoker, for a client that asks again before they expire. */
export function openRevokers({ partition, externalId }: Here) {
  const sts = new STSClient({});
  return (accountId: string) => async () => {
    const answer = await sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:${partition}:iam::${accountId}:role/${REVOKER_ROLE}`,
        RoleSessionName: "latchkey-revoke-access",
        ExternalId: externalId,
        DurationSeconds: 900,
      }),
    );
    const given = credentials.parse(answer.Credentials);
    return {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.SessionToken,
      expiration: given.Expiration,
    };
  };
}
