import type { Log } from "../aws/log.ts";
import type { MaskSecret, Seal } from "../aws/seal.ts";
import type { AssumeRole } from "../aws/sessions.ts";
import type { NewId, Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import type { Actor } from "../core/audit/event.ts";
import type { GrantIn } from "../core/grant/grant.ts";
import type { Moment } from "../core/grant/step.ts";
import type { DecideDeps } from "../core/policy/decision.ts";

/** What minting needs of the world. */
export type MintDeps = DecideDeps & {
  table: Table;
  now: Now;
  newId: NewId;
  log: Log;
  assumeRole: AssumeRole;
  seal: Seal;
  maskSeal: Seal<MaskSecret>;
  newMaskSecret(): MaskSecret;
  accountId: string;
  partition: string;
  longestSessionSeconds: number;
  rotateBeforeSeconds: number;
};

const BROKER: Actor = { type: "broker", id: "mint-credentials" };
export const moment = (deps: Pick<MintDeps, "now" | "newId">): Moment => ({
  now: deps.now(),
  by: BROKER,
  writer: deps.newId(),
});

/** A grant of which this run has claimed an attempt: the first session, or the next one while an earlier works on. */
export type Held = GrantIn<"ACTIVATING"> | GrantIn<"ACTIVE">;

/** The attempt that is claimed. */
export const attemptOf = (held: Held): number =>
  held.status === "ACTIVE" ? (held.rotating?.attempt ?? held.attempt) : held.attempt;

/**
 * Why nothing is delivered. `forbidden`: it is not allowed any more, and nothing was minted. `refused`: AWS gave no session.
 * `discarded`: a session exists that nobody gets.
 */
export type No = { kind: "forbidden" | "refused" | "discarded"; code: string; detail: string };
