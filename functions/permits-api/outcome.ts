import type { Answer } from "../aws/http/answer.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { noteOutcome } from "../aws/note-outcome.ts";
import { readBesideAction } from "../aws/table/actions.ts";
import { actionViewOf } from "../core/actions/view.ts";
import type { OutcomeBody } from "../core/api/actions.ts";
import { refusal } from "../core/errors.ts";
import { actionFor } from "./audience.ts";
import type { PermitDeps } from "./redeem.ts";

/** `POST /actions/{id}/outcome`: what came of it, by who redeemed. A later word replaces only `unknown`. */
export async function reportOutcome(deps: PermitDeps, call: Call): Promise<Answer> {
  const found = await actionFor(deps.table, call);
  if (!found.ok) return found.refusal;
  const { grant } = found;
  const { redeemed } = await readBesideAction(deps.table, grant.id);
  if (!redeemed) return refusal("wrong_state", "Nobody has redeemed this action's permit.");
  const { result, detail } = call.body as OutcomeBody;
  const noted = await noteOutcome(deps, grant, { result, ...(detail ? { detail } : {}), by: call.actor });
  if (noted.is === "said_otherwise")
    return refusal("wrong_state", `Its outcome is on record as ${noted.outcome.result}.`);
  return { status: 200, body: actionViewOf(grant, { redeemed, outcome: noted.outcome, now: deps.now() }) };
}
