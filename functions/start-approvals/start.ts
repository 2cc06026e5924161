import { putCaller } from "../aws/table/callers.ts";
import { recordRefusal } from "../aws/table/counted.ts";
import { readPin } from "../aws/table/principals.ts";
import { type BusEvent, busEvent, fillFrom, isMeant, pick, type Start } from "../core/actions/start.ts";
import type { Actor } from "../core/audit/event.ts";
import { digestOf } from "../core/canonical.ts";
import type { Agent } from "../core/catalogue.ts";
import { isRefusal, type Refusal, refusal } from "../core/errors.ts";
import { withoutPath } from "../core/identity.ts";
import { openGrant } from "../grants-api/ask.ts";
import { askOfAction, checkAction } from "../grants-api/check-action.ts";
import type { AskDeps } from "../grants-api/deps.ts";
import { earlierGrant, type Keyed } from "../grants-api/idempotency.ts";
import { type AnswerDeps, answerCaller } from "./answer.ts";

export type StartDeps = AskDeps & AnswerDeps;

/** Asks in an agent's name, because the configuration says so; the record says by whom. */
const ACTOR: Actor = { type: "broker", id: "start-approvals" };
/** Refusals that another try may not meet: everything else is final for this event. */
const PASSING: readonly string[] = ["unavailable", "quota_exceeded"];

/**
 * The agent as it would be if it asked itself: under its first name, and the unique id that is pinned to that. One that
 * never asked has none, and then nobody can collect what this opens; Latchkey performs it all the same.
 */
async function inTheNameOf(deps: StartDeps, agent: Agent) {
  const arn = withoutPath(agent.principals[0] ?? "");
  const pin = await readPin(deps.table, arn);
  const uniqueId = pin?.agent === agent.id ? pin.uniqueId : "none";
  const caller = { kind: "role" as const, accountId: arn.split(":")[4] ?? "", arn, uniqueId };
  return { kind: "agent" as const, agent, caller, pinned: true };
}

/** One thing to be approved, once: by what the configuration takes as its key, or the event's own id. */
function keyedBy(start: Start, event: BusEvent, asked: unknown): Keyed {
  const chosen = start.key === undefined ? event.id : pick(event, start.key);
  const key = typeof chosen === "string" && chosen !== "" ? chosen : event.id;
  return { principal: `start#${start.id}`, key: digestOf(key), bodyHash: digestOf(asked) };
}

async function openFor(deps: StartDeps, start: Start, event: BusEvent): Promise<{ id: string } | Refusal> {
  const agent = deps.catalogue.agents.find(({ id }) => id === start.agent);
  if (!agent) return refusal("not_found");
  const { purpose, action: type } = start;
  const given = { type, parameters: fillFrom(event, start), purpose, task: event.id.slice(0, 100) };
  const checked = checkAction(deps.catalogue, given);
  if (!checked.ok) return checked.refusal;
  const keyed = keyedBy(start, event, { ...askOfAction(given, 0), task: undefined });
  const earlier = await earlierGrant(deps.table, keyed);
  if (earlier) return earlier;
  const principal = await inTheNameOf(deps, agent);
  const { ask, body } = checked;
  const call = { principal, actor: ACTOR, params: {}, query: {}, body, idempotencyKey: undefined };
  const opened = await openGrant(deps, call, { agent, ask, body, principal, keyed }, async () => ({}));
  // A plain no is a grant as well: its id is told with the refusal.
  return isRefusal(opened) ? opened : (opened.body as { id: string });
}

/**
 * Opens the action that an event asks for, by the one configuration that means it. The event's word counts for parameters
 * alone, and those are checked and approved as anybody's; which agent asks is the configuration's.
 */
export async function startApproval(deps: StartDeps, given: unknown): Promise<void> {
  const event = busEvent.parse(given);
  const start = deps.catalogue.starts?.find((each) => isMeant(each, event));
  if (!start) {
    deps.log("start.not_meant", { id: event.id });
    return;
  }
  const opened = await openFor(deps, start, event);
  const token = start.answer && pick(event, start.answer.taskToken);
  const taskToken = typeof token === "string" && token !== "" ? token : undefined;
  if (isRefusal(opened)) {
    const { code, message } = opened.error;
    if (PASSING.includes(code)) throw new Error(`start ${start.id}: ${code}`);
    await recordRefusal(deps, {
      actor: ACTOR,
      facts: { code, path: `event ${start.id}`, agent: start.agent },
    });
    deps.log("start.refused", { id: event.id, start: start.id, code });
    if (taskToken)
      await deps.answer(taskToken, { ok: false, error: `Latchkey.${code}`, cause: message.slice(0, 256) });
    return;
  }
  deps.log("start.opened", { grantId: opened.id, start: start.id });
  if (!taskToken) return;
  await putCaller(deps.table, opened.id, { start: start.id, taskToken });
  // It may have been decided and done before the token was there.
  await answerCaller(deps, opened.id);
}
