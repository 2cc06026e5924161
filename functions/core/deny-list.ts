/** The one inline policy that denies single sessions of a shared access role. Created by `revoke-access`, in no template (I-72). */
export const DENY_POLICY_NAME = "latchkey-deny";

/** The session by which the prover tells "everything is refused" from "this grant is refused". No lockdown denies it. */
export const CONTROL_SESSION = "lk.control.probe";

/**
 * What all inline policies of a role may have together; IAM counts no white space, and we write none.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const MAX_CHARACTERS = 10_240;

/** One denied grant. The entry goes only after the grant's end plus a margin for clock skew (I-28). */
export type DenyEntry = {
  grantId: string;
  endsAt: string;
  /** Since when it is in IAM, as far as was read back. */
  since?: string | undefined;
  /** The latest cut-off that was made while it stood: all sessions of the grant were issued before that. */
  reachedBy?: string | undefined;
  /** Since when its denial is known to be in force. */
  provenAt?: string | undefined;
};

/** What must be denied on a role, before it is known how much of it fits. */
export type Denials = {
  entries: readonly DenyEntry[];
  /** Keys of agents that a lockdown stops. */
  agents: readonly string[];
  /** A lockdown stops the role, or everything. */
  wholeRole: boolean;
  /** Sessions issued before are denied: the last resort of a list that was full. */
  cutOffAt?: string | undefined;
};

/** What a list says: the content of a document, without its number. */
export type DenyList = {
  patterns: readonly string[];
  wholeRole: boolean;
  cutOffAt?: string | undefined;
};

type Condition =
  | { StringLike: { "aws:userid": string[] } }
  | { StringNotLike: { "aws:userid": string[] } }
  | { DateLessThan: { "aws:TokenIssueTime": string } };
export type DenyDocument = {
  Version: "2012-10-17";
  Statement: { Sid: string; Effect: "Deny"; Action: "*"; Resource: "*"; Condition: Condition }[];
};

/** Covers every session of a grant: session names are unknown until minted, ids are not. */
export const grantPattern = (grantId: string): string => `*.${grantId}.*`;
const agentPattern = (key: string): string => `*:lk.${key}.*`;

export const isEmpty = (list: DenyList): boolean =>
  list.patterns.length === 0 && !list.wholeRole && list.cutOffAt === undefined;

/**
 * Renders a role's whole deny list. Live sessions are told apart by `aws:userid` (`AROA…:<session name>`).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
 * The number of the rendering is in the name of each statement: which of two documents is the later one can be seen.
 */
export function renderDenyList(list: DenyList, render: number): DenyDocument {
  const deny = (what: string, Condition: Condition) => ({
    Sid: `Render${render}${what}`,
    Effect: "Deny" as const,
    Action: "*" as const,
    Resource: "*" as const,
    Condition,
  });
  const patterns = [...new Set(list.patterns)].sort();
  return {
    Version: "2012-10-17",
    Statement: [
      ...(patterns.length > 0 ? [deny("", { StringLike: { "aws:userid": patterns } })] : []),
      // Negated, so that a request without a user id is denied too.
      ...(list.wholeRole
        ? [deny("Role", { StringNotLike: { "aws:userid": [`*:${CONTROL_SESSION}`] } })]
        : []),
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
      ...(list.cutOffAt ? [deny("CutOff", { DateLessThan: { "aws:TokenIssueTime": list.cutOffAt } })] : []),
    ],
  };
}

/** True when the standing cut-off denies every session that anybody has of the grant. Times of one form, so text compares. */
const isReached = ({ reachedBy }: DenyEntry, cutOffAt: string | undefined): boolean =>
  cutOffAt !== undefined && reachedBy !== undefined && reachedBy <= cutOffAt;

export type Fitted = {
  list: DenyList;
  /** Grants that the list denies, each by its own pattern or with the whole role: those that can be probed. */
  denied: ReadonlySet<string>;
  /** How many it does not deny at all, for want of room: the role must be cut off. */
  over: number;
};

/**
 * Puts what must be denied into a list of at most `room` characters. A stopped role needs no patterns. Where a cut-off
 * stands, grants whose sessions are all older need a pattern only until they are proven; those that it does not reach come
 * first. So a list that was full works itself off, and no denial that was proven is ever undone (I-29).
 */
export function fitDenyList(denials: Denials, render: number, room = MAX_CHARACTERS): Fitted {
  const { entries, wholeRole, cutOffAt } = denials;
  const list = { patterns: wholeRole ? [] : denials.agents.map(agentPattern), wholeRole, cutOffAt };
  if (wholeRole) return { list, denied: new Set(entries.map(({ grantId }) => grantId)), over: 0 };
  const reached = entries.filter((entry) => isReached(entry, cutOffAt));
  const first = entries.filter((entry) => !reached.includes(entry));
  const waiting = reached.filter(({ provenAt }) => provenAt === undefined);
  // Those that are being proven keep their place.
  const inHand = waiting.filter(({ since }) => since !== undefined);
  const wanted = [...first, ...inHand, ...waiting.filter(({ since }) => since === undefined)];
  const empty = JSON.stringify(renderDenyList({ ...list, patterns: [...list.patterns, ""] }, render)).length;
  const each = JSON.stringify(grantPattern("a".repeat(16))).length + ",".length;
  const fits = Math.max(0, Math.floor((room - empty) / each));
  const listed = wanted.slice(0, fits).map(({ grantId }) => grantId);
  return {
    list: { ...list, patterns: [...list.patterns, ...listed.map(grantPattern)] },
    denied: new Set(listed),
    over: Math.max(0, first.length - fits),
  };
}
