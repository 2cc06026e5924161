import type { Principal } from "../aws/http/principal.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { eventPut } from "../aws/table/events.ts";
import { type Extending, extensionWrites } from "../aws/table/extensions.ts";
import { keys } from "../aws/table/keys.ts";
import { pinPut } from "../aws/table/principals.ts";
import { countApproval, countAsk, readStanding } from "../aws/table/standing.ts";
import type { Write } from "../aws/table/transaction.ts";
import { copiesOf, type RoleRef } from "../core/access-role.ts";
import type { AskBody } from "../core/api/schemas.ts";
import { sealEvent } from "../core/audit/event.ts";
import type { Agent, Subject } from "../core/catalogue.ts";
import type { Refusal } from "../core/errors.ts";
import { request } from "../core/grant/moves.ts";
import type { Step } from "../core/grant/step.ts";
import { windowCapOf } from "../core/policy/window-cap.ts";
import { overQuota, quotaOf } from "../core/quota.ts";
import { isoMillis } from "../core/time.ts";
import { breakGlassWrites, skippedBy } from "./break-glass.ts";
import type { CheckedAsk } from "./check-ask.ts";
import { chooseCopy } from "./choose-copy.ts";
import { decideChecked, digestOfAsk } from "./decide-ask.ts";
import type { AskDeps } from "./deps.ts";
import { type Keyed, keyWrites } from "./idempotency.ts";
import { firstMails } from "./mails.ts";
import { quotaExceeded } from "./quota.ts";

type AgentPrincipal = Extract<Principal, { kind: "agent" }>;

/** A checked ask, and whose it is. `pinned`: whether the caller's unique id is on record already. */
export type Asking = {
  agent: Agent;
  principal: AgentPrincipal;
  pinned: boolean;
  ask: CheckedAsk;
  body: AskBody;
  keyed: Keyed | undefined;
  /** Absent: goes on from no other grant. */
  extending?: Extending;
};

const optional = (body: AskBody) => ({
  ...(body.task ? { task: body.task } : {}),
  ...(body.ticket ? { ticket: body.ticket } : {}),
  ...(body.onBehalfOf ? { onBehalfOf: body.onBehalfOf } : {}),
  ...(body.model ? { model: body.model } : {}),
});

const resourcePart = ({ id, kind, arn, settings, environment, classification }: Subject, role: RoleRef) => ({
  id,
  kind,
  arn,
  ...(settings ? { settings } : {}),
  environment,
  classification,
  role,
});

function agentPart(agent: Agent, { caller }: AgentPrincipal) {
  const { id, key, environment, owner, team } = agent;
  const session = caller.sessionName ? { sessionName: caller.sessionName } : {};
  return { id, key, environment, owner, team, arn: caller.arn, uniqueId: caller.uniqueId, ...session };
}

/** The first verified ask of an ARN pins its unique id, with an event, in the ask's own transaction. */
function pinWrites(deps: AskDeps, { principal, actor }: Call): Write[] {
  if (principal.kind !== "agent") return [];
  const { arn, uniqueId } = principal.caller;
  const { id: agent, owner, team } = principal.agent;
  const time = isoMillis(deps.now());
  const id = deps.newId();
  const event = sealEvent({
    v: 1,
    id,
    type: "agent.pinned",
    time,
    actor,
    facts: { agent, owner, team, reason: uniqueId },
  });
  return [
    pinPut(deps.table, arn, { uniqueId, agent, pinnedAt: time }),
    eventPut(deps.table, keys.looseEvent(id), event),
  ];
}

const wantedOf = ({ agent, principal, ask, body, extending }: Asking, role: RoleRef) => ({
  agent: agentPart(agent, principal),
  resource: resourcePart(ask.resource, role),
  access: ask.access,
  ...(ask.scope ? { scope: ask.scope } : {}),
  windowSeconds: ask.windowSeconds,
  ...(ask.requestedStart ? { requestedStart: ask.requestedStart } : {}),
  masked: ask.masked,
  purpose: body.purpose,
  ...optional(body),
  digest: digestOfAsk(agent, ask),
  ...(extending ? { extends: extending.base } : {}),
});

/**
 * One try at an ask: takes the agent's standing, decides, and gathers all that is written as one transaction with the grant
 * (quota, mails, what was given, the review of a broken glass, the key, the pin); or says why it is refused, with nothing
 * written.
 */
export async function prepare(
  deps: AskDeps,
  call: Call,
  asking: Asking,
): Promise<{ ok: true; step: Step; beside: Write[] } | { ok: false; refusal: Refusal }> {
  const { agent, ask, keyed, pinned, extending } = asking;
  const now = deps.now();
  const quota = quotaOf(agent);
  const found = await readStanding(deps.table, { agent: agent.id, resource: ask.resource.id, now });
  // Before deciding: who asks too often must not cost an evaluation of every rule.
  const tooOften = overQuota(quota, found.used, { now, opens: false });
  if (tooOften) return { ok: false, refusal: quotaExceeded(tooOften) };
  const decision = decideChecked(deps, asking, found);
  const isOpen = decision.outcome !== "deny";
  const over = overQuota(quota, found.used, { now, opens: isOpen });
  if (over) return { ok: false, refusal: quotaExceeded(over) };
  const mails = await firstMails(deps, agent, decision);
  if (!mails.ok) return mails;

  const skipped = skippedBy(deps, agent, decision, now);
  const capSeconds = windowCapOf(deps.bundle.rules, decision, ask.resource);
  const facts = {
    ...(capSeconds === undefined ? {} : { capSeconds }),
    ...(decision.breakGlass ? { people: skipped.join(",") } : {}),
  };
  const moment = { now, by: call.actor, writer: deps.newId() };
  const newId = deps.newId();
  const role = await chooseCopy(deps.table, copiesOf(deps.catalogue, ask.resource.accessRole), newId);
  const step = request({ id: newId, ...wantedOf(asking, role), decision }, moment, facts);
  const { id, status } = step.after;
  const beside = [
    countAsk(deps.table, { agent: agent.id, quota, opens: isOpen ? id : undefined }, found, now),
    ...(status === "APPROVED" ? [countApproval(deps.table, step.after, now)] : []),
    ...mails.writes,
    ...breakGlassWrites(deps, step.after, call.actor, skipped),
    ...keyWrites(deps.table, keyed, id),
    ...(extending && isOpen ? extensionWrites(deps.table, extending, id) : []),
    ...(pinned ? [] : pinWrites(deps, call)),
  ];
  return { ok: true, step, beside };
}
