import type { AskAgain } from "../aws/ask-again.ts";
import type { Log } from "../aws/log.ts";
import type { NewId, Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import type { StartWorkflow } from "../aws/workflow.ts";
import type { DecideDeps } from "../core/policy/decision.ts";

/** What asking needs of the world. */
export type AskDeps = DecideDeps & {
  table: Table;
  now: Now;
  newId: NewId;
  log: Log;
  startWorkflow: StartWorkflow;
  askAgain: AskAgain;
};
