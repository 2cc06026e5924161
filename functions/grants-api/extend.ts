import type { Answer } from "../aws/http/answer.ts";
import { isRequester } from "../aws/http/requester.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { type Extending, readExtension } from "../aws/table/extensions.ts";
import { readGrant } from "../aws/table/grants.ts";
import type { AskBody, ExtendBody } from "../core/api/schemas.ts";
import { isRefusal, type Refusal, refusal } from "../core/errors.ts";
import type { Grant, Status } from "../core/grant/grant.ts";
import { grantId } from "../core/ids.ts";
import { ACTION } from "../core/kinds/names.ts";
import { epochMs } from "../core/time.ts";
import { answerOf, openGrant } from "./ask.ts";
import { checkAsk } from "./check-ask.ts";
import type { AskDeps } from "./deps.ts";
import { earlierGrant, keyOf } from "./idempotency.ts";

/** How an extension ends that never gave anything: only then may another take its place. */
const NEVER_GIVEN: readonly Status[] = ["DENIED", "REJECTED", "CANCELLED", "EXPIRED", "FAILED"];
const STILL_TO_COME: readonly Status[] = ["PENDING", "APPROVED", "ACTIVATING"];

/** What is asked for: the same agent, resource, access and scope, for a time of its own. */
function sameAgain(base: Grant, body: ExtendBody): AskBody {
  const { clientId, windowSeconds, purpose = base.purpose } = body;
  const { task = base.task, ticket = base.ticket, model = base.model } = body;
  const { scope, onBehalfOf } = base;
  const given = Object.entries({ scope, task, ticket, model, onBehalfOf, clientId }).filter(
    ([, value]) => value !== undefined,
  );
  return {
    resource: base.resource.id,
    access: base.access,
    windowSeconds,
    purpose,
    ...(base.masked ? { masked: true } : {}),
    ...Object.fromEntries(given),
  };
}

/** Whether a grant may be extended at this moment. What has ended is never brought back (I-32). */
async function extending(deps: AskDeps, base: Grant): Promise<Extending | Refusal> {
  const { id, status } = base;
  if (STILL_TO_COME.includes(status))
    return refusal("wrong_state", `The grant is ${status}: only an active one can be extended.`, { status });
  if (status !== "ACTIVE") {
    const reason = "closing" in base ? { reason: base.closing.code } : {};
    return refusal("grant_over", `The grant is ${status}.`, { status, ...reason });
  }
  if (deps.now() >= epochMs(base.endsAt))
    return refusal("grant_over", "The window is over.", { status: "ENDED" });
  const extendedBy = await readExtension(deps.table, id);
  if (extendedBy === undefined) return { base: id, closed: undefined };
  const extension = await readGrant(deps.table, extendedBy);
  if (extension && NEVER_GIVEN.includes(extension.status)) return { base: id, closed: extendedBy };
  return refusal("already_extended", undefined, { extendedBy });
}

/**
 * `POST /grants/{id}/extend`: a new grant that is linked to this one, with a decision, a context and a window of its own.
 * The old one works on until its own end, whatever becomes of the new one.
 */
export async function extend(deps: AskDeps, call: Call): Promise<Answer> {
  const { principal } = call;
  const id = grantId.safeParse(call.params.id);
  const base = id.success ? await readGrant(deps.table, id.data) : undefined;
  if (!base || !isRequester(principal, base)) return refusal("not_found");
  if (base.resource.kind === ACTION)
    return refusal("wrong_state", "An action is done once: ask for it anew, it has a decision of its own.", {
      status: base.status,
    });
  const body = sameAgain(base, call.body as ExtendBody);
  const key = keyOf(call, body, base.id);
  if (!key.ok) return key.refusal;
  const repeated = await earlierGrant(deps.table, key.keyed);
  if (repeated) return answerOf(repeated, deps.now());
  const checked = checkAsk(deps.catalogue, body, deps.now());
  if (!checked.ok) return checked.refusal;

  const { agent } = principal;
  const asking = { agent, principal, ask: checked.ask, body, keyed: key.keyed };
  return openGrant(deps, call, asking, async () => {
    const now = await readGrant(deps.table, base.id);
    const state = now ? await extending(deps, now) : refusal("not_found");
    return isRefusal(state) ? state : { extending: state };
  });
}
