import type { Log } from "../aws/log.ts";
import type { Signer } from "../aws/signer.ts";
import type { NewId, Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import type { Actor } from "../core/audit/event.ts";
import type { Moment } from "../core/grant/step.ts";
import type { DecideDeps } from "../core/policy/decision.ts";

/** What issuing permits needs of the world. */
export type IssueDeps = DecideDeps & {
  table: Table;
  now: Now;
  newId: NewId;
  log: Log;
  permitSigner: Signer;
  /** Where the keys are published: the `iss` of every permit. */
  approvalUrl: string;
};

const BROKER: Actor = { type: "broker", id: "issue-permit" };
export const moment = (deps: Pick<IssueDeps, "now" | "newId">): Moment => ({
  now: deps.now(),
  by: BROKER,
  writer: deps.newId(),
});
