import type { Answer } from "../aws/http/answer.ts";
import { invalid } from "../aws/http/input.ts";
import type { Principal } from "../aws/http/principal.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { faultFields, type Log } from "../aws/log.ts";
import type { NewId, Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { eventPut, writeEventOnce } from "../aws/table/events.ts";
import { applyStep, readGrant } from "../aws/table/grants.ts";
import { keys } from "../aws/table/keys.ts";
import { idempotencyPut, pinPut, readIdempotency, readPin } from "../aws/table/principals.ts";
import type { Write } from "../aws/table/transaction.ts";
import type { StartWorkflow } from "../aws/workflow.ts";
import { type AskBody, idempotencyKey } from "../core/api/schemas.ts";
import { sealEvent } from "../core/audit/event.ts";
import { digestOf } from "../core/canonical.ts";
import type { Agent, Resource } from "../core/catalogue.ts";
import { accessRoleName } from "../core/catalogue.ts";
import { type Refusal, refusal } from "../core/errors.ts";
import { approvalDigest } from "../core/grant/digest.ts";
import type { Grant } from "../core/grant/grant.ts";
import { request } from "../core/grant/moves.ts";
import { nextInWorkflow } from "../core/grant/schedule.ts";
import { decisionView, grantViewOf, plannedStages } from "../core/grant/view.ts";
import { type DecideDeps, type Decision, decide } from "../core/policy/decision.ts";
import { isoMillis } from "../core/time.ts";
import { type CheckedAsk, checkAsk } from "./check-ask.ts";

export type AskDeps = DecideDeps & {
  table: Table;
  now: Now;
  newId: NewId;
  log: Log;
  startWorkflow: StartWorkflow;
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

function decideAsk(deps: AskDeps, agent: Agent, ask: CheckedAsk): { decision: Decision; digest: string } {
  const { resource, access, scope, windowSeconds } = ask;
  const context = { windowSeconds, wholeResource: scope === undefined, masked: false };
  const approvable = {
    agent: agent.id,
    kind: resource.kind,
    arn: resource.arn,
    access,
    scope,
    windowSeconds,
    masked: false,
  };
  return {
    decision: decide(deps, { agent, resource, access, context }),
    digest: approvalDigest({ ...approvable, requestedStart: ask.requestedStart }),
  };
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

async function dryRun(deps: AskDeps, call: Call, agent: Agent, ask: CheckedAsk): Promise<Answer> {
  const { decision, digest } = decideAsk(deps, agent, ask);
  const { outcome, rules, policyVersion } = decision;
  const id = deps.newId();
  const facts = {
    agent: agent.id,
    resource: ask.resource.id,
    access: ask.access,
    windowSeconds: ask.windowSeconds,
    decision: outcome,
    rules: rules.map((rule) => rule.id).join(","),
    policyVersion,
  };
  const event = sealEvent({
    v: 1,
    id,
    type: "decision.dry_run",
    time: isoMillis(deps.now()),
    actor: call.actor,
    facts,
  });
  await writeEventOnce(deps.table, keys.looseEvent(id), event);
  return {
    status: 200,
    body: { dryRun: true, decision: decisionView(decision, plannedStages(decision)), digest },
  };
}

function answerOf(grant: Grant): Answer {
  if (grant.status !== "DENIED") return { status: 201, body: grantViewOf(grant) };
  const rules = grant.decision.rules;
  return refusal("policy_denied", grant.closing.detail, { id: grant.id, rules, alternatives: [] });
}

function keyOf(
  { idempotencyKey: header }: Call,
  body: AskBody,
): { ok: true; key: string | undefined } | { ok: false; refusal: Refusal } {
  if (header !== undefined && !idempotencyKey.safeParse(header).success) {
    return { ok: false, refusal: invalid("Idempotency-Key", "must be 1 to 128 visible ASCII characters") };
  }
  if (header !== undefined && body.clientId !== undefined && header !== body.clientId) {
    return { ok: false, refusal: invalid("clientId", "differs from the Idempotency-Key header") };
  }
  return { ok: true, key: header ?? body.clientId };
}

/** Same key, principal and body: the same grant. Another body: 409. Another principal: independent (I-38). */
async function earlierAnswer(
  deps: AskDeps,
  principal: AgentPrincipal,
  key: string,
  bodyHash: string,
): Promise<Answer | undefined> {
  const earlier = await readIdempotency(deps.table, principal.caller.uniqueId, key);
  if (!earlier) return undefined;
  if (earlier.bodyHash !== bodyHash) return refusal("idempotency_conflict");
  const grant = await readGrant(deps.table, earlier.grantId);
  return grant ? answerOf(grant) : undefined;
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

const TRIES = 3;

/** `POST /grants`: checks the ask, decides, writes grant and event as one transaction, then starts the workflow. */
export async function ask(deps: AskDeps, call: Call): Promise<Answer> {
  const { principal } = call;
  if (principal.kind !== "agent") return refusal("not_your_role");
  const body = call.body as AskBody;
  const keyed = keyOf(call, body);
  if (!keyed.ok) return keyed.refusal;
  const { agent } = principal;
  const { clientId: _key, ...asked } = body; // the key may come as a field or as a header
  const bodyHash = digestOf(asked);
  const earlierOf = (key: string | undefined) =>
    key === undefined || body.dryRun ? undefined : earlierAnswer(deps, principal, key, bodyHash);
  // Before the ask is checked: a repeat is the same grant also when its start has passed or the catalogue changed.
  const repeated = await earlierOf(keyed.key);
  if (repeated) return repeated;
  const checked = checkAsk(deps.catalogue, body, deps.now());
  if (!checked.ok) return checked.refusal;
  if (body.dryRun) return dryRun(deps, call, agent, checked.ask);

  const { decision, digest } = decideAsk(deps, agent, checked.ask);
  const { access, scope, windowSeconds, requestedStart } = checked.ask;
  let pinned = principal.pinned;
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const step = request(
      {
        id: deps.newId(),
        agent: agentPart(agent, principal),
        resource: resourcePart(checked.ask.resource),
        access,
        ...(scope ? { scope } : {}),
        windowSeconds,
        ...(requestedStart ? { requestedStart } : {}),
        masked: false,
        purpose: body.purpose,
        ...optional(body),
        digest,
        decision,
      },
      { now: deps.now(), by: call.actor, writer: deps.newId() },
    );
    const idempotency = keyed.key
      ? [
          idempotencyPut(deps.table, principal.caller.uniqueId, keyed.key, {
            grantId: step.after.id,
            bodyHash,
          }),
        ]
      : [];
    const moved = await applyStep(deps.table, step, [
      ...idempotency,
      ...(pinned ? [] : pinWrites(deps, call)),
    ]);
    if (moved.ok) {
      await startWorkflow(deps, moved.grant);
      return answerOf(moved.grant);
    }
    // Another ask was first with the key or the pin: read again what it wrote, and whose pin it is (I-10).
    const pin = await readPin(deps.table, principal.caller.arn);
    if (pin && (pin.uniqueId !== principal.caller.uniqueId || pin.agent !== agent.id))
      return refusal("forbidden");
    pinned = pin !== undefined;
    const earlier = await earlierOf(keyed.key);
    if (earlier) return earlier;
  }
  return refusal("unavailable");
}
