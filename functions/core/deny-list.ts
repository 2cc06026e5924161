/** The one inline policy that denies single sessions of a shared access role. Created by `revoke-access`, in no template (I-72). */
export const DENY_POLICY_NAME = "latchkey-deny";

/** One denied grant. The entry goes only after the grant's end plus a margin for clock skew (I-28). */
export type DenyEntry = { grantId: string; endsAt: string };

export type DenyDocument = {
  Version: "2012-10-17";
  Statement: {
    Sid: string;
    Effect: "Deny";
    Action: "*";
    Resource: "*";
    Condition: { StringLike: { "aws:userid": string[] } };
  }[];
};

/**
 * Renders a role's whole deny list. Live sessions are told apart by `aws:userid` (`AROA…:<session name>`); session
 * names are unknown until minted, ids are not, so one pattern covers every session of a grant.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
 */
export function renderDenyList(entries: readonly DenyEntry[], render: number): DenyDocument {
  const patterns = [...new Set(entries.map((entry) => `*.${entry.grantId}.*`))].sort();
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: `Render${render}`,
        Effect: "Deny",
        Action: "*",
        Resource: "*",
        Condition: { StringLike: { "aws:userid": patterns } },
      },
    ],
  };
}
