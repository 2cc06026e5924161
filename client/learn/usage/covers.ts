import type { Resource } from "../../../functions/core/catalogue.ts";
import type { Statement } from "../../../functions/core/kinds/kind.ts";
import { type AccessName, accessNames } from "../../../functions/core/kinds/names.ts";
import { type Ask, offersAccess, statementsOf, withGrant } from "../../../functions/core/kinds/registry.ts";
import type { RecordedGrant } from "../record/grant.ts";
import type { IamAsk } from "./asked-of-iam.ts";

const compiled = new Map<string, RegExp>();

/** IAM's patterns: `*` is any text, `?` one character, all else itself. */
function fits(pattern: string, text: string): boolean {
  const known = compiled.get(pattern);
  if (known) return known.test(text);
  const source = [...pattern]
    .map((each) =>
      each === "*" ? "[\\s\\S]*" : each === "?" ? "[\\s\\S]" : each.replace(/[\\^$.|+()[\]{}]/, "\\$&"),
    )
    .join("");
  const made = new RegExp(`^${source}$`, "u");
  compiled.set(pattern, made);
  return made.test(text);
}

const sameText = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The patterns that an action can be asked of: no action of one service is asked of another's resource. */
const ofService = ({ Resource }: Statement, action: string): string[] =>
  Resource.filter((pattern) => pattern.split(":")[2] === action.slice(0, action.indexOf(":")));

/** True when the statement's condition is known to hold: it has none, or one on the prefix of a listing that is told. */
function holds({ Condition }: Statement, { prefix }: IamAsk): boolean {
  return Object.entries(Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(
      ([key, patterns]) =>
        operator === "StringLike" &&
        key === "s3:prefix" &&
        prefix !== undefined &&
        patterns.some((pattern) => fits(pattern, prefix)),
    ),
  );
}

/**
 * The statements that a session of this grant would have, as the kind compiles them: what is minted is what a proposal is
 * held against. Empty where the kind does not offer the access.
 */
export const sessionOf = (ask: Ask, grant: string): Statement[] => withGrant(statementsOf(ask), grant);

export const isAccess = (access: string): access is AccessName =>
  (accessNames as readonly string[]).includes(access);

/** What a grant's sessions were let do. */
export const granted = (
  resource: Resource,
  { access, scope, id }: Pick<RecordedGrant, "access" | "scope" | "id">,
): Statement[] =>
  isAccess(access) && offersAccess(resource.kind, access)
    ? sessionOf({ ...resource, access, scope }, id)
    : [];

/**
 * True when a call is surely allowed by the statements: by one whose action, resource and condition it meets as far as
 * its row tells; or, where the row does not tell, because each statement that can have let it pass until now is there
 * unchanged (`before`). A doubt is a no.
 */
export function covers(
  statements: readonly Statement[],
  asked: IamAsk,
  before: readonly Statement[],
): boolean {
  const { action, resource } = asked;
  const own = statements.filter(({ Action }) => Action.includes(action));
  const known = own.some(
    (statement) =>
      resource !== undefined &&
      statement.Resource.some((pattern) => fits(pattern, resource)) &&
      holds(statement, asked),
  );
  if (known) return true;
  const letting = before.filter(({ Action }) => Action.includes(action));
  const stays = (old: Statement) =>
    own.some(
      (now) =>
        sameText(ofService(now, action), ofService(old, action)) && sameText(now.Condition, old.Condition),
    );
  return letting.length > 0 && letting.every(stays);
}
