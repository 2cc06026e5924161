/** Session names that the minter makes: `lk.<agent key>.<grant id>.<attempt>`; and those of the prover's. */
export const SESSION_NAMES = "lk.*";
export const PROBE_NAMES = "lk.*.probe";

/** Whom access roles trust: the broker's two functions, by the fixed names of their roles, and what they say. */
export type TrustedBroker = { partition: string; accountId: string; externalId: string };

export type TrustStatement = {
  Effect: "Allow";
  Action: string;
  Principal: { AWS: string };
  Condition?: Record<string, Record<string, string>>;
};

/**
 * The trust policy of every access role, in whichever account: the minter under its own session names, the prover under
 * its own, nobody else. `sweep` holds the roles against it.
 */
export function trustStatements({ partition, accountId, externalId }: TrustedBroker): TrustStatement[] {
  const role = (name: string) => ({ AWS: `arn:${partition}:iam::${accountId}:role/${name}` });
  const [minter, prover] = [role("latchkey-mint-credentials"), role("latchkey-prove-denial")];
  const external = { "sts:ExternalId": externalId };
  const may = (Principal: { AWS: string }, Action: string, Condition?: TrustStatement["Condition"]) => ({
    Effect: "Allow" as const,
    Action,
    Principal,
    ...(Condition ? { Condition } : {}),
  });
  return [
    may(minter, "sts:AssumeRole", {
      StringEquals: external,
      StringLike: { "sts:RoleSessionName": SESSION_NAMES },
      StringNotLike: { "sts:RoleSessionName": PROBE_NAMES },
    }),
    // Asked for beside AssumeRole, with a context of its own: no condition above is in it.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
    may(minter, "sts:SetSourceIdentity"),
    may(prover, "sts:AssumeRole", {
      StringEquals: external,
      StringLike: { "sts:RoleSessionName": PROBE_NAMES },
    }),
  ];
}
