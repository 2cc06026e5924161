import * as z from "zod";
import { accessRoleOf, type RoleRef } from "./access-role.ts";
import type { Facts } from "./audit/event.ts";
import { grantId } from "./ids.ts";

// As the catalogue writes them; no longer than a key of the table may be.
const id = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, "must be an id of the catalogue")
  .meta({ maxLength: 64 });
/** What is stopped: one agent, resource or access role of the catalogue by its id, or everything. */
export const lockdownTarget = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("agent"), id }),
  z.strictObject({ type: z.literal("resource"), id }),
  z.strictObject({ type: z.literal("role"), id }),
  z.strictObject({ type: z.literal("everything") }),
]);
export type LockdownTarget = z.infer<typeof lockdownTarget>;

/** A standing order: nothing for this target is granted, and all that is live ends. It stands until it is lifted. */
export const lockdown = z.strictObject({
  id: grantId,
  target: lockdownTarget,
  reason: z.string(),
  /** The id of the person who set it: somebody else lifts it. */
  by: z.string(),
  at: z.iso.datetime(),
});
export type Lockdown = z.infer<typeof lockdown>;

/** What of a grant a lockdown may be about. */
export type Locked = { agent: string; resource: string; role: RoleRef };

function concerns(target: LockdownTarget, { agent, resource, role }: Locked): boolean {
  switch (target.type) {
    case "agent":
      return target.id === agent;
    case "resource":
      return target.id === resource;
    case "role":
      return target.id === accessRoleOf(role);
    case "everything":
      return true;
  }
}

/** The first lockdown that forbids this, if any does. */
export const lockdownOn = (lockdowns: readonly Lockdown[], about: Locked): Lockdown | undefined =>
  lockdowns.find(({ target }) => concerns(target, about));

/** A target in a few words, as events and people name it: `agent support-assistant`, `everything`. */
export const targetText = (target: LockdownTarget): string =>
  target.type === "everything" ? "everything" : `${target.type} ${target.id}`;

/** The access roles whose deny list a lockdown changes. A resource's shares its role with others: each grant on it has an entry. */
export function rolesUnder({ target }: Pick<Lockdown, "target">, roles: readonly RoleRef[]): RoleRef[] {
  switch (target.type) {
    case "agent":
    case "everything":
      return [...roles];
    case "role":
      return roles.filter((role) => accessRoleOf(role) === target.id);
    case "resource":
      return [];
  }
}

/** A lockdown as facts of an event; its target also where events name an agent, a resource and a role. */
export const lockdownFacts = ({ id, target }: Pick<Lockdown, "id" | "target">): Facts => ({
  lockdown: id,
  target: targetText(target),
  ...(target.type === "everything" ? {} : { [target.type]: target.id }),
});
