import type { Answer } from "../aws/http/answer.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { faultFields } from "../aws/log.ts";
import { eventPut } from "../aws/table/events.ts";
import { keys } from "../aws/table/keys.ts";
import { type AgentStanding, countAsk, readStanding } from "../aws/table/standing.ts";
import { transact } from "../aws/table/transaction.ts";
import type { AskBody } from "../core/api/schemas.ts";
import { type Facts, sealEvent } from "../core/audit/event.ts";
import { canonicalJson } from "../core/canonical.ts";
import type { Agent } from "../core/catalogue.ts";
import { refusal } from "../core/errors.ts";
import { approvalDigest } from "../core/grant/digest.ts";
import { planFacts, riskFacts } from "../core/grant/step.ts";
import { decisionView, plannedStages } from "../core/grant/view.ts";
import { decideAsk } from "../core/policy/ask.ts";
import type { Decision } from "../core/policy/decided.ts";
import { windowCapOf } from "../core/policy/window-cap.ts";
import { overQuota, quotaOf } from "../core/quota.ts";
import { epochMs, isoMillis } from "../core/time.ts";
import type { CheckedAsk } from "./check-ask.ts";
import type { AskDeps } from "./deps.ts";
import { quotaExceeded } from "./quota.ts";

type Wanted = { agent: Agent; ask: CheckedAsk; body: AskBody };

/** What an approval of a checked ask would approve. */
export function digestOfAsk(agent: Agent, ask: CheckedAsk): string {
  const { resource, access, scope, masked, windowSeconds, requestedStart } = ask;
  const { kind, arn, settings, masking } = resource;
  const what = { agent: agent.id, kind, arn, settings, access, scope };
  return approvalDigest({ ...what, windowSeconds, masked, masking, requestedStart });
}

/** Decides a checked ask, with the context taken now and stored from here on. */
export function decideChecked(
  deps: AskDeps,
  { agent, ask, body }: Wanted,
  { standing }: Pick<AgentStanding, "standing">,
): Decision {
  const { resource, access, scope, masked, windowSeconds, requestedStart } = ask;
  const at = deps.now();
  const facts = {
    windowSeconds,
    wholeResource: scope === undefined,
    masked,
    purposeGiven: body.purpose.length > 0,
    ticketGiven: body.ticket !== undefined,
    breakGlass: body.breakGlass ?? false,
    model: body.model,
    startsAt: requestedStart ? epochMs(requestedStart) : at,
    standing,
    ...(ask.triggers ? { triggers: ask.triggers } : {}),
    ...(ask.parameters ? { parameters: ask.parameters } : {}),
  };
  const trialFailed = (fault: unknown) =>
    deps.log("trial.failed", { agent: agent.id, resource: resource.id, ...faultFields(fault) });
  return decideAsk({ ...deps, trialFailed }, { agent, resource, access, scope, facts, at });
}

function dryRunFacts(deps: AskDeps, { agent, ask, body }: Wanted, decision: Decision): Facts {
  const { outcome, rules, policyVersion } = decision;
  const { resource, scope } = ask;
  const { purpose, task, ticket, onBehalfOf, model } = body;
  const capSeconds = windowCapOf(deps.bundle.rules, decision, resource);
  const words = Object.entries({ task, ticket, onBehalfOf, model }).filter(([, text]) => text);
  return {
    ...{ agent: agent.id, owner: agent.owner, team: agent.team, purpose, ...Object.fromEntries(words) },
    ...{ resource: resource.id, resourceArn: resource.arn, environment: resource.environment },
    access: ask.access,
    ...(scope ? { scope: canonicalJson(scope) } : {}),
    masked: ask.masked,
    windowSeconds: ask.windowSeconds,
    digest: digestOfAsk(agent, ask),
    decision: outcome,
    rules: rules.map((rule) => rule.id).join(","),
    policyVersion,
    ...planFacts(decision),
    ...(capSeconds === undefined ? {} : { capSeconds }),
    ...riskFacts(decision.risk),
  };
}

const TRIES = 3;

/**
 * The decision without a grant: nothing is opened, but it counts as an ask and is an event, so that nobody tries out
 * policy unseen.
 */
export async function dryRun(deps: AskDeps, call: Call, { agent, ask, body }: Wanted): Promise<Answer> {
  const quota = quotaOf(agent);
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const now = deps.now();
    const found = await readStanding(deps.table, { agent: agent.id, resource: ask.resource.id, now });
    const over = overQuota(quota, found.used, { now, opens: false });
    if (over) return quotaExceeded(over);
    const decision = decideChecked(deps, { agent, ask, body }, found);
    const id = deps.newId();
    const facts = dryRunFacts(deps, { agent, ask, body }, decision);
    const event = sealEvent({
      ...{ v: 1, id, type: "decision.dry_run", time: isoMillis(now), actor: call.actor },
      facts,
    });
    const written = await transact(deps.table, [
      eventPut(deps.table, keys.looseEvent(id), event),
      countAsk(deps.table, { agent: agent.id, quota, opens: undefined }, found, now),
    ]);
    if (!written.ok) continue;
    const view = decisionView(decision, plannedStages(decision));
    return { status: 200, body: { dryRun: true, decision: view, digest: digestOfAsk(agent, ask) } };
  }
  return refusal("unavailable");
}
