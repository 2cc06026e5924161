import type { Log } from "../aws/log.ts";
import type { AnswerPipeline, Told } from "../aws/pipelines.ts";
import { readBesideAction } from "../aws/table/actions.ts";
import { deleteCaller, readCaller } from "../aws/table/callers.ts";
import type { Table } from "../aws/table/client.ts";
import { readGrant } from "../aws/table/grants.ts";
import type { Grant } from "../core/grant/grant.ts";
import { isTerminal } from "../core/grant/transitions.ts";

export type AnswerDeps = { table: Table; log: Log; answer: AnswerPipeline };

const MOST = 256;

/** What there is to tell of an action now; undefined while people or the performer are at it. */
async function toldOf({ table }: AnswerDeps, grant: Grant): Promise<Told | undefined> {
  const { id: grantId, status } = grant;
  const { redeemed, outcome } = await readBesideAction(table, grantId);
  if (outcome?.result === "done")
    return {
      ok: true,
      output: { grantId, result: "done", ...(outcome.detail ? { detail: outcome.detail } : {}) },
    };
  if (outcome)
    return {
      ok: false,
      error: `Latchkey.${outcome.result}`,
      cause: `grant ${grantId}: ${outcome.detail ?? outcome.result}`.slice(0, MOST),
    };
  if (!isTerminal(status)) return undefined;
  // Begun before its time was over, and perhaps done: whoever hears that it was not would have it done twice.
  if (status === "ENDED" && redeemed)
    return {
      ...{ ok: false, error: "Latchkey.unknown" },
      cause: `grant ${grantId}: it was begun, and nobody has said what came of it`,
    };
  const why = "closing" in grant ? `${grant.closing.code} by ${grant.closing.by}` : "not performed in time";
  return {
    ok: false,
    error: `Latchkey.${status.toLowerCase()}`,
    cause: `grant ${grantId}: ${why}`.slice(0, MOST),
  };
}

/** Answers whoever waits for an action, once there is something to tell. Repeating it is fine: the table is the truth. */
export async function answerCaller(deps: AnswerDeps, grantId: string): Promise<void> {
  const waiting = await readCaller(deps.table, grantId);
  const grant = waiting && (await readGrant(deps.table, grantId));
  const told = grant && (await toldOf(deps, grant));
  if (!waiting || !told) return;
  const how = await deps.answer(waiting.taskToken, told);
  await deleteCaller(deps.table, grantId, waiting);
  deps.log("start.answered", { grantId, how, result: told.ok ? "done" : told.error });
}
