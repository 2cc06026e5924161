import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { type Session, session } from "./seal.ts";
import { sessionIn } from "./sts-credentials.ts";

export type SessionRequest = {
  roleArn: string;
  sessionName: string;
  sourceIdentity: string;
  policy: string;
  durationSeconds: number;
};
export type MintedSession = { session: Session; expiration: number };

/** What STS said: a session, or a refusal that no retry will change. Other faults are thrown. */
export type Minted = { ok: true; minted: MintedSession } | { ok: false; code: string };
export type AssumeRole = (request: SessionRequest) => Promise<Minted>;

// Refusals of AssumeRole itself, by the names that the SDK gives them (STS's own codes have no `Exception` at the end).
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_Errors
const FINAL = [
  "AccessDenied",
  "MalformedPolicyDocument",
  "PackedPolicyTooLarge",
  "RegionDisabled",
  "ValidationError",
];

/** STS's own code of a refusal that no retry will change. */
function finalCode(fault: unknown): string | undefined {
  const code = fault instanceof Error ? fault.name.replace(/Exception$/, "") : "";
  return FINAL.includes(code) ? code : undefined;
}

/**
 * One attempt, no retry: a lost answer may mean a session that nobody has, and each attempt has a name of its own.
 * Never without an inline session policy (I-05), never with managed policies.
 */
export function openSts(externalId: string): AssumeRole {
  const sts = new STSClient({ maxAttempts: 1 });
  return async ({ roleArn, sessionName, sourceIdentity, policy, durationSeconds }) => {
    try {
      const answer = await sts.send(
        new AssumeRoleCommand({
          RoleArn: roleArn,
          RoleSessionName: sessionName,
          SourceIdentity: sourceIdentity,
          ExternalId: externalId,
          Policy: policy,
          DurationSeconds: durationSeconds,
        }),
      );
      const { expiration, ...plain } = sessionIn(answer.Credentials);
      return { ok: true, minted: { session: session.parse(plain), expiration: expiration.getTime() } };
    } catch (fault) {
      const code = finalCode(fault);
      if (code === undefined) throw fault;
      return { ok: false, code };
    }
  };
}
