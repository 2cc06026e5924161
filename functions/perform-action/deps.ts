import type { Log } from "../aws/log.ts";
import type { NewId, Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import type { ActionType } from "../core/actions/action-type.ts";
import type { Performer } from "../core/actions/performers/performer.ts";
import type { Actor } from "../core/audit/event.ts";
import type { Grant } from "../core/grant/grant.ts";
import type { Effect } from "./effect.ts";

/** What performing needs of the world: the table, and one pair of hands. */
export type PerformDeps<Parameters = unknown, Limits = unknown, Call = unknown> = {
  table: Table;
  now: Now;
  newId: NewId;
  log: Log;
  /** The one action type that this function is for, as the catalogue has it now. */
  type: ActionType;
  performer: Performer<Parameters, Limits, Call>;
  effect: Effect<Call>;
  /** The id of a permit that is signed, good now, and for exactly this grant and its parameters. Throws otherwise. */
  checkPermit(permit: string | undefined, grant: Grant): Promise<string>;
};

/** Who redeems, and says what came of it. */
export const performerActor = ({ type }: Pick<PerformDeps, "type">): Actor => ({
  type: "broker",
  id: `perform-${type.id}`,
});
