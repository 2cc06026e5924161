import type { AskAgain } from "../aws/ask-again.ts";
import type { Answer } from "../aws/http/answer.ts";
import type { Principal } from "../aws/http/principal.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { faultFields, type Log } from "../aws/log.ts";
import type { NewId, Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { eventPut } from "../aws/table/events.ts";
import { applyStep } from "../aws/table/grants.ts";
import { keys } from "../aws/table/keys.ts";
import { pinPut, readPin } from "../aws/table/principals.ts";
import { countApproval, countAsk, readStanding } from "../aws/table/standing.ts";
import type { Write } from "../aws/table/transaction.ts";
import type { StartWorkflow } from "../aws/workflow.ts";
import type { AskBody } from "../core/api/schemas.ts";
import { sealEvent } from "../core/audit/event.ts";
import { type Agent, accessRoleName, type Resource } from "../core/catalogue.ts";
import { isRefusal, type Refusal, refusal } from "../core/errors.ts";
import type { Grant } from "../core/grant/grant.ts";
import { request } from "../core/grant/moves.ts";
import { nextInWorkflow } from "../core/grant/schedule.ts";
import { grantViewOf } from "../core/grant/view.ts";
import type { DecideDeps } from "../core/policy/decision.ts";
import { overQuota, quotaOf } from "../core/quota.ts";
import { isoMillis } from "../core/time.ts";
import { breakGlassWrites, skippedBy } from "./break-glass.ts";
import { checkAsk } from "./check-ask.ts";
import { decideChecked, digestOfAsk, dryRun } from "./decide-ask.ts";
import { earlierGrant, keyOf, keyWrites } from "./idempotency.ts";
import { firstMails } from "./mails.ts";
import { quotaExceeded } from "./quota.ts";

export type AskDeps = DecideDeps & {
  table: Table;
  now: Now;
  newId: NewId;
  log: Log;
  startWorkflow: StartWorkflow;
  askAgain: AskAgain;
};
type AgentPrincipal = Extract<Principal, { kind: "agent" }>;

const optional = (body: AskBody) => ({
  ...(body.task ? { task: body.task } : {}),
  ...(body.ticket ? { ticket: body.ticket } : {}),
  ...(body.onBehalfOf ? { onBehalfOf: body.onBehalfOf } : {}),
  ...(body.model ? { model: body.model } : {}),
});

const resourcePart = ({ id, kind, arn, environment, classification, accessRole }: Resource) => ({
  id,
  kind,
  arn,
  environment,
  classification,
  role: accessRoleName(accessRole),
});

function agentPart(agent: Agent, { caller }: AgentPrincipal) {
  const { id, key, environment, owner } = agent;
  const session = caller.sessionName ? { sessionName: caller.sessionName } : {};
  return { id, key, environment, owner, arn: caller.arn, uniqueId: caller.uniqueId, ...session };
}

/** The first verified ask of an ARN pins its unique id, with an event, in the ask's own transaction. */
function pinWrites(deps: AskDeps, { principal, actor }: Call): Write[] {
  if (principal.kind !== "agent") return [];
  const { arn, uniqueId } = principal.caller;
  const time = isoMillis(deps.now());
  const id = deps.newId();
  const event = sealEvent({
    v: 1,
    id,
    type: "agent.pinned",
    time,
    actor,
    facts: { agent: principal.agent.id, reason: uniqueId },
  });
  return [
    pinPut(deps.table, arn, { uniqueId, agent: principal.agent.id, pinnedAt: time }),
    eventPut(deps.table, keys.looseEvent(id), event),
  ];
}

async function startWorkflow(deps: AskDeps, grant: Grant): Promise<void> {
  if (grant.status === "DENIED") return;
  try {
    await deps.startWorkflow(nextInWorkflow(grant, deps.now()));
  } catch (fault) {
    // The grant is written: `sweep` starts what did not start.
    deps.log("workflow.not_started", { grantId: grant.id, ...faultFields(fault) });
  }
}

async function tellOfBreakGlass(deps: AskDeps, grant: Grant): Promise<void> {
  if (!grant.decision.breakGlass) return;
  try {
    await deps.askAgain({ schema: 1, grantId: grant.id, tell: "broken_glass" });
  } catch (fault) {
    // The review is written, and due: `sweep` has them told.
    deps.log("approval.mail_failed", { grantId: grant.id, ...faultFields(fault) });
  }
}

/** A grant as the answer to its ask: a plain no is an error, with its reasons and what could be had instead. */
function answerOf(found: Grant | Refusal): Answer {
  if (isRefusal(found)) return found;
  if (found.status !== "DENIED") return { status: 201, body: grantViewOf(found) };
  const { rules, alternatives = [] } = found.decision;
  return refusal("policy_denied", found.closing.detail, { id: found.id, rules, alternatives });
}

const TRIES = 3;

/** `POST /grants`: checks the ask, decides, writes grant and event as one transaction, then starts the workflow. */
export async function ask(deps: AskDeps, call: Call): Promise<Answer> {
  const { principal } = call;
  if (principal.kind !== "agent") return refusal("not_your_role");
  const body = call.body as AskBody;
  const key = keyOf(call, body);
  if (!key.ok) return key.refusal;
  // Before the ask is checked: a repeat is the same grant also when its start has passed or the catalogue changed.
  const repeated = await earlierGrant(deps.table, key.keyed);
  if (repeated) return answerOf(repeated);
  const checked = checkAsk(deps.catalogue, body, deps.now());
  if (!checked.ok) return checked.refusal;
  const { agent } = principal;
  const asking = { agent, ask: checked.ask, body };
  if (body.dryRun) return dryRun(deps, call, asking);

  const { resource, access, scope, windowSeconds, requestedStart } = checked.ask;
  const quota = quotaOf(agent);
  const wanted = {
    agent: agentPart(agent, principal),
    resource: resourcePart(resource),
    access,
    ...(scope ? { scope } : {}),
    windowSeconds,
    ...(requestedStart ? { requestedStart } : {}),
    masked: false as const,
    purpose: body.purpose,
    ...optional(body),
    digest: digestOfAsk(agent, checked.ask),
  };
  let pinned = principal.pinned;
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const moment = { now: deps.now(), by: call.actor, writer: deps.newId() };
    const found = await readStanding(deps.table, { agent: agent.id, resource: resource.id, now: moment.now });
    const decision = decideChecked(deps, asking, found);
    const opens = decision.outcome !== "deny";
    const over = overQuota(quota, found.used, { now: moment.now, opens });
    if (over) return quotaExceeded(over);
    const mails = await firstMails(deps, agent, decision);
    if (!mails.ok) return mails.refusal;
    const skipped = skippedBy(deps, agent, decision, moment.now);
    const facts = decision.breakGlass ? { people: skipped.join(",") } : {};
    const step = request({ id: deps.newId(), ...wanted, decision }, moment, facts);
    const { id, status } = step.after;
    const beside = [
      countAsk(deps.table, { agent: agent.id, quota, opens: opens ? id : undefined }, found, moment.now),
      ...(status === "APPROVED" ? [countApproval(deps.table, step.after, moment.now)] : []),
      ...mails.writes,
      ...breakGlassWrites(deps, step.after, call.actor, skipped),
      ...keyWrites(deps.table, key.keyed, id),
      ...(pinned ? [] : pinWrites(deps, call)),
    ];
    const moved = await applyStep(deps.table, step, beside);
    if (moved.ok) {
      await startWorkflow(deps, moved.grant);
      await tellOfBreakGlass(deps, moved.grant);
      return answerOf(moved.grant);
    }
    // Another ask was first with the key, the pin or the quota's last place: read again what it wrote, and whose pin it is (I-10).
    const pin = await readPin(deps.table, principal.caller.arn);
    if (pin && (pin.uniqueId !== principal.caller.uniqueId || pin.agent !== agent.id))
      return refusal("forbidden");
    pinned = pin !== undefined;
    const earlier = await earlierGrant(deps.table, key.keyed);
    if (earlier) return answerOf(earlier);
  }
  return refusal("unavailable");
}
