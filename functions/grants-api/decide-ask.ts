import type { Answer } from "../aws/http/answer.ts";
import type { Call } from "../aws/http/signed-api.ts";
import type { NewId, Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { writeEventOnce } from "../aws/table/events.ts";
import { keys } from "../aws/table/keys.ts";
import { sealEvent } from "../core/audit/event.ts";
import type { Agent } from "../core/catalogue.ts";
import { approvalDigest } from "../core/grant/digest.ts";
import { decisionView, plannedStages } from "../core/grant/view.ts";
import { decideAsk as decide } from "../core/policy/ask.ts";
import { NEWCOMER } from "../core/policy/context.ts";
import type { DecideDeps, Decision } from "../core/policy/decision.ts";
import { epochMs, isoMillis } from "../core/time.ts";
import type { CheckedAsk } from "./check-ask.ts";

/** Decides a checked ask, with the context taken now and stored from here on; and what an approval would approve. */
export function decideAsk(
  deps: DecideDeps,
  agent: Agent,
  ask: CheckedAsk,
  at: number,
): { decision: Decision; digest: string } {
  const { resource, access, scope, windowSeconds, requestedStart } = ask;
  const facts = {
    windowSeconds,
    wholeResource: scope === undefined,
    masked: false,
    breakGlass: false,
    purposeGiven: true,
    ticketGiven: false,
    startsAt: requestedStart ? epochMs(requestedStart) : at,
    standing: NEWCOMER,
  };
  const what = { agent: agent.id, kind: resource.kind, arn: resource.arn, access, scope };
  return {
    decision: decide(deps, { agent, resource, access, scope, facts, at }),
    digest: approvalDigest({ ...what, windowSeconds, masked: false, requestedStart }),
  };
}

type DryRunDeps = DecideDeps & { table: Table; now: Now; newId: NewId };

/** The decision without a grant. It is an event all the same: nobody tries out policy unseen. */
export async function dryRun(deps: DryRunDeps, call: Call, agent: Agent, ask: CheckedAsk): Promise<Answer> {
  const { decision, digest } = decideAsk(deps, agent, ask, deps.now());
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
  const time = isoMillis(deps.now());
  const event = sealEvent({ v: 1, id, type: "decision.dry_run", time, actor: call.actor, facts });
  await writeEventOnce(deps.table, keys.looseEvent(id), event);
  const body = { dryRun: true, decision: decisionView(decision, plannedStages(decision)), digest };
  return { status: 200, body };
}
