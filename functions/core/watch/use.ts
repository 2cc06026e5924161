import * as z from "zod";
import { grantId } from "../ids.ts";

/** Who tells on the bus of what CloudTrail saw. Apart from Latchkey's own events: what CloudTrail says is no event of the record. */
export const USE_SOURCE = "latchkey.usage";
export const USE_TYPES = { used: "session.used", assumed: "role.assumed" } as const;

const id = z.string().min(1).max(128);
const time = z.iso.datetime();
const count = z.int().min(0);

/** What one grant's sessions did within one minute, as one file of CloudTrail tells it. */
export const sessionUsed = z.strictObject({
  v: z.literal(1),
  id,
  grant: grantId,
  minute: time,
  first: time,
  last: time,
  /** The last call that was allowed. */
  lastAllowed: time.optional(),
  calls: count,
  bytes: count,
  /** Refused calls in a row: at the beginning, the longest, at the end; whether all were. */
  run: z.strictObject({ head: count, longest: count, tail: count, all: z.boolean() }),
  networks: z.array(z.strictObject({ network: z.string(), first: time, last: time })).max(50),
  regions: z.array(z.string()).max(50),
});
export type SessionUsed = z.infer<typeof sessionUsed>;

/** One call of AssumeRole for an access role. Of its policy, the digest of what it allows, and when it ends: never a key. */
export const roleAssumed = z.strictObject({
  v: z.literal(1),
  id,
  time,
  /** As `RoleRef` names it, with its account where that is not the broker's. */
  account: z.string().regex(/^\d{12}$/),
  role: z.string().min(1).max(128),
  session: z.string().max(64),
  /** `sts::<account>:assumed-role/<role>` or whatever else called, without a session's own name. */
  by: z.string().max(256),
  refused: z.boolean(),
  policy: z.string().max(4_096).optional(),
});
export type RoleAssumed = z.infer<typeof roleAssumed>;
