import type { AccessRole, Catalogue } from "./catalogue.ts";

/**
 * An access role as grants, the table and the deny queue name it: its name, behind its account and a slash where that is
 * not the broker's own. Two roles of one name in two accounts are two (`123456789012/latchkey-access-x`).
 */
export type RoleRef = string;

/** The name of one copy of an access role. Fixed, without a path, so that it survives redeploys. */
const roleName = (id: string, copy: number): string =>
  copy === 1 ? `latchkey-access-${id}` : `latchkey-access-${id}.${copy}`;

/** Every copy of an access role, the first one first. What the catalogue does not say more of is one role here. */
export function copiesOf(catalogue: Pick<Catalogue, "accessRoles">, accessRole: string): RoleRef[] {
  const said: Partial<AccessRole> = catalogue.accessRoles?.find(({ id }) => id === accessRole) ?? {};
  const names = Array.from({ length: said.copies ?? 1 }, (_, index) => roleName(accessRole, index + 1));
  return names.map((name) => (said.account ? `${said.account}/${name}` : name));
}

/** The id by which the catalogue knows a role, whichever copy it is. */
export const accessRoleOf = (role: RoleRef): string =>
  role
    .slice(role.indexOf("/") + 1)
    .replace(/^latchkey-access-/, "")
    .replace(/\.\d+$/, "");

/** A reference taken apart; `accountId` is the broker's own, for roles that name none. */
export function roleOf(role: RoleRef, accountId: string): { accountId: string; name: string } {
  const slash = role.indexOf("/");
  return slash < 0
    ? { accountId, name: role }
    : { accountId: role.slice(0, slash), name: role.slice(slash + 1) };
}

/** The ARN of an access role. `here` is where the broker is. */
export function roleArnOf(role: RoleRef, here: { partition: string; accountId: string }): string {
  const { accountId, name } = roleOf(role, here.accountId);
  return `arn:${here.partition}:iam::${accountId}:role/${name}`;
}

/** Every copy of every access role that a catalogue names. */
export function everyRole(catalogue: Pick<Catalogue, "accessRoles" | "resources">): RoleRef[] {
  const ids = [
    ...catalogue.resources.map(({ accessRole }) => accessRole),
    ...(catalogue.accessRoles ?? []).map(({ id }) => id),
  ];
  return [...new Set(ids)].flatMap((id) => copiesOf(catalogue, id));
}

/** The role of other accounts by which their deny lists are written: the only thing that `revoke-access` assumes. */
export const REVOKER_ROLE = "latchkey-revoker";
