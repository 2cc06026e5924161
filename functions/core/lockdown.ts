import * as z from "zod";
import { accessRoleOf, type RoleRef } from "./access-role.ts";
import { grantId } from "./ids.ts";

/** What is stopped: one agent, resource or access role of the catalogue by its id, or everything. */
const lockdownTarget = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("agent"), id: z.string() }),
  z.strictObject({ type: z.literal("resource"), id: z.string() }),
  z.strictObject({ type: z.literal("role"), id: z.string() }),
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
