import type * as z from "zod";
import type { Answer } from "../aws/http/answer.ts";
import { isRequester } from "../aws/http/requester.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { readBesideAction } from "../aws/table/actions.ts";
import { readGrantEvents } from "../aws/table/events.ts";
import { readGrant } from "../aws/table/grants.ts";
import { actionViewOf } from "../core/actions/view.ts";
import type { ActionBody } from "../core/api/actions.ts";
import type { oneQuery } from "../core/api/queries.ts";
import { routes } from "../core/api/routes.ts";
import { refusal } from "../core/errors.ts";
import type { Grant } from "../core/grant/grant.ts";
import { grantId } from "../core/ids.ts";
import { ACTION } from "../core/kinds/names.ts";
import { answerOf, openGrant, underLockdown } from "./ask.ts";
import { askOfAction, checkAction } from "./check-action.ts";
import { dryRun } from "./decide-ask.ts";
import type { AskDeps } from "./deps.ts";
import { earlierGrant, keyOf } from "./idempotency.ts";
import { canSee, noteReading, type ReadDeps, readAfterMachine } from "./read.ts";

/** `POST /actions`: an ask like any other, of one thing to be done once with exactly these parameters. */
export async function askAction(deps: AskDeps, call: Call): Promise<Answer> {
  const { principal } = call;
  if (principal.kind !== "agent") return refusal("not_your_role");
  const given = call.body as ActionBody;
  // By what was sent: a repeat is the same action also when the catalogue's time for it has changed.
  const key = keyOf(call, askOfAction(given, 0));
  if (!key.ok) return key.refusal;
  const repeated = await earlierGrant(deps.table, key.keyed);
  if (repeated) return answerOf(repeated, deps.now());
  const checked = checkAction(deps.catalogue, given);
  if (!checked.ok) return checked.refusal;
  const { agent } = principal;
  const { ask, body } = checked;
  const asking = { agent, ask, body };
  if (body.dryRun) return (await underLockdown(deps, asking)) ?? dryRun(deps, call, asking);
  return openGrant(deps, call, { ...asking, principal, keyed: key.keyed }, async () => ({}));
}

/** Who may look at an action: who may see its grant, and the system that is to perform it. */
const maySeeAction = (deps: ReadDeps, { principal }: Call, grant: Grant): boolean =>
  principal.kind === "performer"
    ? grant.resource.settings?.audience === principal.performer.id
    : canSee(deps, principal, grant);

/** `GET /actions/{id}`: the permit only for the agent that asked, while it is good. */
export async function getAction(deps: ReadDeps, call: Call): Promise<Answer> {
  const id = grantId.safeParse(call.params.id);
  const first = id.success ? await readGrant(deps.table, id.data) : undefined;
  if (!first || first.resource.kind !== ACTION || !maySeeAction(deps, call, first))
    return refusal("not_found");
  const { wait = 0 } = call.query as z.infer<typeof oneQuery>;
  const grant = wait > 0 ? await readAfterMachine(deps, first.id, wait) : first;
  if (!grant) return refusal("not_found");
  await noteReading(deps, call, routes.getAction, { grant: grant.id, agent: grant.agent.id });
  const [events, { permit, ...beside }] = await Promise.all([
    readGrantEvents(deps.table, grant.id),
    readBesideAction(deps.table, grant.id),
  ]);
  const own = isRequester(call.principal, grant) && beside.redeemed === undefined ? { permit } : {};
  return { status: 200, body: actionViewOf(grant, { events, now: deps.now(), ...beside, ...own }) };
}
