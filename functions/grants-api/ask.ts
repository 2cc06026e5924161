import type { Answer } from "../aws/http/answer.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { lockdownAgainst, lockedDown } from "../aws/locked-down.ts";
import { faultFields } from "../aws/log.ts";
import { applyStep } from "../aws/table/grants.ts";
import { readPin } from "../aws/table/principals.ts";
import { copiesOf } from "../core/access-role.ts";
import { actionViewOf } from "../core/actions/view.ts";
import type { AskBody } from "../core/api/schemas.ts";
import { isRefusal, type Refusal, refusal } from "../core/errors.ts";
import type { Grant } from "../core/grant/grant.ts";
import { nextInWorkflow } from "../core/grant/schedule.ts";
import { grantViewOf } from "../core/grant/view.ts";
import { ACTION } from "../core/kinds/names.ts";
import { checkAsk } from "./check-ask.ts";
import { dryRun } from "./decide-ask.ts";
import type { AskDeps } from "./deps.ts";
import { earlierGrant, keyOf } from "./idempotency.ts";
import { type Asking, prepare } from "./prepare.ts";

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
export function answerOf(found: Grant | Refusal, now: number): Answer {
  if (isRefusal(found)) return found;
  if (found.status !== "DENIED") {
    const body = found.resource.kind === ACTION ? actionViewOf(found, { now }) : grantViewOf(found);
    return { status: 201, body };
  }
  const { rules, alternatives = [] } = found.decision;
  return refusal("policy_denied", found.closing.detail, { id: found.id, rules, alternatives });
}

/** Nothing is asked for, tried out or extended under a lockdown; one that is set after this is met by the minter (I-71). */
export async function underLockdown(
  { catalogue, table }: AskDeps,
  { agent, ask: { resource } }: Pick<Asking, "agent" | "ask">,
): Promise<Refusal | undefined> {
  const role = copiesOf(catalogue, resource.accessRole)[0] ?? resource.accessRole;
  const lockdown = await lockdownAgainst(table, { agent: agent.id, resource: resource.id, role });
  return lockdown && lockedDown(lockdown);
}

const TRIES = 3;

/**
 * Opens a grant for a checked ask: decides, writes grant and event as one transaction, then starts the workflow. `before`
 * looks anew at each try whether this may be asked at all, and what it goes on from.
 */
export async function openGrant(
  deps: AskDeps,
  call: Call,
  asking: Omit<Asking, "pinned" | "extending">,
  before: () => Promise<Pick<Asking, "extending"> | Refusal>,
): Promise<Answer> {
  const { principal, agent, keyed } = asking;
  let pinned = principal.pinned;
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const locked = await underLockdown(deps, asking);
    if (locked) return locked;
    const state = await before();
    if (isRefusal(state)) return state;
    const ready = await prepare(deps, call, { ...asking, ...state, pinned });
    if (!ready.ok) return ready.refusal;
    const moved = await applyStep(deps.table, ready.step, ready.beside);
    if (moved.ok) {
      await startWorkflow(deps, moved.grant);
      await tellOfBreakGlass(deps, moved.grant);
      return answerOf(moved.grant, deps.now());
    }
    // Another ask was first with the key, the pin or the quota's last place: read again what it wrote, and whose pin it is (I-10).
    const pin = await readPin(deps.table, principal.caller.arn);
    if (pin && (pin.uniqueId !== principal.caller.uniqueId || pin.agent !== agent.id))
      return refusal("forbidden");
    pinned = pin !== undefined;
    const earlier = await earlierGrant(deps.table, keyed);
    if (earlier) return answerOf(earlier, deps.now());
  }
  return refusal("unavailable");
}

/** `POST /grants`: checks the ask, and opens a grant for it. */
export async function ask(deps: AskDeps, call: Call): Promise<Answer> {
  const { principal } = call;
  if (principal.kind !== "agent") return refusal("not_your_role");
  const body = call.body as AskBody;
  const key = keyOf(call, body);
  if (!key.ok) return key.refusal;
  // Before the ask is checked: a repeat is the same grant also when its start has passed or the catalogue changed.
  const repeated = await earlierGrant(deps.table, key.keyed);
  if (repeated) return answerOf(repeated, deps.now());
  const checked = checkAsk(deps.catalogue, body, deps.now());
  if (!checked.ok) return checked.refusal;
  const { agent } = principal;
  const asking = { agent, ask: checked.ask, body };
  if (body.dryRun) return (await underLockdown(deps, asking)) ?? dryRun(deps, call, asking);
  return openGrant(deps, call, { ...asking, principal, keyed: key.keyed }, async () => ({}));
}
