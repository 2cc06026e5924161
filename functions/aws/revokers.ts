import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { REVOKER_ROLE } from "../core/access-role.ts";
import type { Here } from "./role-policies.ts";
import { sessionIn } from "./sts-credentials.ts";

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
    return sessionIn(answer.Credentials);
  };
}
