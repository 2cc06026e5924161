import { accessRoleOf, type RoleRef, roleArnOf } from "./access-role.ts";
import { type TrustedBroker, trustStatements } from "./access-trust.ts";
import { canonicalJson } from "./canonical.ts";
import { DENY_POLICY_NAME } from "./deny-list.ts";

/** An access role as IAM has it. Documents are JSON texts, decoded. */
export type RoleState = {
  trust: string;
  boundary: string | undefined;
  inline: readonly string[];
  attached: readonly string[];
};

type Block = Record<string, unknown>;
const isBlock = (value: unknown): value is Block => typeof value === "object" && value !== null;
const listed = (value: unknown): string[] => [value].flat().map(String).sort();
const each = (block: unknown, change: (value: unknown) => unknown): unknown =>
  isBlock(block)
    ? Object.fromEntries(Object.entries(block).map(([key, value]) => [key, change(value)]))
    : (block ?? null);

/** One statement in one form: IAM takes one value for a list of one, in any order. What is not known stays, and differs. */
function plainStatement(statement: unknown): string {
  if (!isBlock(statement)) return canonicalJson(statement ?? null);
  const { Sid: _, Action, Principal, Condition, ...rest } = statement;
  return canonicalJson({
    ...rest,
    Action: listed(Action),
    Principal: each(Principal, listed),
    Condition: each(Condition, (keys) => each(keys, listed)),
  });
}

function isTrust(text: string, broker: TrustedBroker): boolean {
  try {
    const found: unknown = JSON.parse(text);
    const statements = isBlock(found) ? [found.Statement].flat().map(plainStatement) : [];
    return (
      canonicalJson(statements.sort()) === canonicalJson(trustStatements(broker).map(plainStatement).sort())
    );
  } catch {
    return false;
  }
}

/**
 * What was done to an access role past its deployment: another trust, boundary or managed policy, or an inline policy that
 * is not the deny list. None of it can be repaired by us (nobody of ours may), so each wakes somebody (I-37).
 */
export function editsOf(role: RoleRef, state: RoleState | undefined, broker: TrustedBroker): string[] {
  if (!state) return ["missing"];
  const policy = (name: string) =>
    roleArnOf(role, broker).replace(/:role\/.*$/, `:policy/latchkey-${name}-${accessRoleOf(role)}`);
  const permissions = policy("permissions");
  return [
    ...(isTrust(state.trust, broker) ? [] : ["trust"]),
    ...(state.boundary === policy("boundary") ? [] : ["boundary"]),
    ...state.inline.filter((name) => name !== DENY_POLICY_NAME).map((name) => `inline ${name}`),
    ...state.attached.filter((arn) => arn !== permissions).map((arn) => `attached ${arn}`),
    ...(state.attached.includes(permissions) ? [] : ["permissions"]),
  ];
}
