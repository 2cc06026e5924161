import type { Statement } from "./kinds/kind.ts";
import { type Ask, statementsOf } from "./kinds/registry.ts";

/** STS refuses an inline session policy of more characters. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const MAX_POLICY_CHARACTERS = 2_048;

export type SessionPolicy =
  | { ok: true; policy: string; statements: Statement[] }
  | { ok: false; reason: "too_large"; characters: number; largest: string };

type Deny = { Effect: "Deny"; Resource: "*" } & (
  | { Action: "*"; Condition: { DateGreaterThanEquals: { "aws:CurrentTime": string } } }
  | { NotAction: string[] }
);

/** The two Denies of every session: nothing at or after the end, and nothing but the kind's actions at any time. */
function denies(statements: readonly Statement[], endsAt: string): Deny[] {
  const actions = [...new Set(statements.flatMap((statement) => statement.Action))].sort();
  return [
    {
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: { DateGreaterThanEquals: { "aws:CurrentTime": endsAt } },
    },
    { Effect: "Deny", NotAction: actions, Resource: "*" },
  ];
}

/**
 * Compiles the inline session policy of a grant. Never returns one that is too large: an ask that does not fit is
 * refused when it is made, before anybody approves it (I-05). `endsAt` is ISO 8601 in whole seconds; its length is
 * constant, so a policy that fitted when asked fits when minted.
 */
export function compileSessionPolicy(ask: Ask, endsAt: string): SessionPolicy {
  const statements = statementsOf(ask);
  if (statements.length === 0) throw new RangeError(`kind ${ask.kind} has no access ${ask.access}`);
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [...statements, ...denies(statements, endsAt)],
  });
  if (policy.length > MAX_POLICY_CHARACTERS) {
    const [largest = "scope"] = Object.entries(ask.scope ?? {})
      .sort((a, b) => JSON.stringify(b[1]).length - JSON.stringify(a[1]).length)
      .map(([name]) => name);
    return { ok: false, reason: "too_large", characters: policy.length, largest };
  }
  return { ok: true, policy, statements };
}

/** Any end, for checking the size when the real one is not known yet. */
export const ANY_END = "2000-01-01T00:00:00Z";
