import type { Statement } from "./kinds/kind.ts";
import { coarseOf, type SubjectAsk, statementsOf, withGrant } from "./kinds/registry.ts";

/** STS refuses an inline session policy of more characters. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const MAX_POLICY_CHARACTERS = 2_048;

export type SessionPolicy =
  | { ok: true; policy: string; statements: Statement[] }
  | { ok: false; reason: "too_large"; characters: number; largest: string };

/** What a session has that an approval has not: when it ends (ISO 8601 in whole seconds), and whose it is. */
export type Session = { endsAt: string; grantId: string };

type Deny = { Effect: "Deny" } & (
  | { Action: "*"; Resource: "*"; Condition: { DateGreaterThanEquals: { "aws:CurrentTime": string } } }
  | { NotAction: string[]; Resource: "*" }
  | { Action: "*"; NotResource: string[] }
);

const sorted = (texts: string[]): string[] => [...new Set(texts)].sort();

/**
 * The three Denies of every session: nothing at or after the end; nothing but the ask's own actions; nothing but the ask's
 * own resources. The last two are for what an Allow elsewhere would open: a resource policy that names the session is
 * not held by the session policy's Allows, only by its Denies (I-36).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
function denies({ kind }: SubjectAsk, statements: readonly Statement[], endsAt: string): Deny[] {
  const coarse = coarseOf(kind);
  const own = (action: string) => coarse[action.slice(0, action.indexOf(":"))]?.action ?? action;
  const at = (resource: string) => coarse[resource.split(":")[2] ?? ""]?.resource ?? resource;
  return [
    {
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: { DateGreaterThanEquals: { "aws:CurrentTime": endsAt } },
    },
    {
      Effect: "Deny",
      NotAction: sorted(statements.flatMap((statement) => statement.Action.map(own))),
      Resource: "*",
    },
    {
      Effect: "Deny",
      Action: "*",
      NotResource: sorted(statements.flatMap((statement) => statement.Resource.map(at))),
    },
  ];
}

/**
 * Compiles the inline session policy of a grant. Never returns one that is too large: an ask that does not fit is
 * refused when it is made, before anybody approves it (I-05). Times and ids have constant lengths, so a policy that
 * fitted when asked fits when minted. `statements` are those that were approved, whichever grant it is.
 */
export function compileSessionPolicy(ask: SubjectAsk, { endsAt, grantId }: Session): SessionPolicy {
  const statements = statementsOf(ask);
  if (statements.length === 0) throw new RangeError(`kind ${ask.kind} has no access ${ask.access}`);
  const own = withGrant(statements, grantId);
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [...own, ...denies(ask, own, endsAt)],
  });
  if (policy.length > MAX_POLICY_CHARACTERS) {
    const [largest = "scope"] = Object.entries(ask.scope ?? {})
      .sort((a, b) => JSON.stringify(b[1]).length - JSON.stringify(a[1]).length)
      .map(([name]) => name);
    return { ok: false, reason: "too_large", characters: policy.length, largest };
  }
  return { ok: true, policy, statements };
}

/** Any session, for checking the size when the real one is not known yet. */
export const ANY_SESSION: Session = { endsAt: "2000-01-01T00:00:00Z", grantId: "aaaaaaaaaaaaaaaa" };
