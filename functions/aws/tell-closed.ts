import { type Grant, openStage } from "../core/grant/grant.ts";
import { nextInWorkflow } from "../core/grant/schedule.ts";
import type { Log } from "./log.ts";
import type { Now } from "./system.ts";
import type { Table } from "./table/client.ts";
import { readStage } from "./table/stages.ts";
import type { TellWorkflow } from "./workflow.ts";

type Deps = { table: Table; now: Now; log: Log; tell: TellWorkflow };

/** Tells the workflow that waits for the stage that was open before a move where the grant goes now. */
export async function tellClosed(deps: Deps, before: Grant, after: Grant): Promise<void> {
  const stage = openStage(before)?.stage;
  if (stage === undefined) return;
  const asked = await readStage(deps.table, after.id, stage);
  if (!asked) return;
  const told = await deps.tell(asked.taskToken, nextInWorkflow(after, deps.now()));
  deps.log("workflow.told", { grantId: after.id, stage, told });
}
