import { decideStage, type StageDeps } from "../aws/decide-stage.ts";
import type { Answer } from "../aws/http/answer.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { lockedDown } from "../aws/locked-down.ts";
import type { DecisionBody } from "../core/api/schemas.ts";
import { mayDecide } from "../core/approval/eligible.ts";
import { isRefusal, type Refusal, refusal } from "../core/errors.ts";
import { type Grant, type GrantIn, openStage } from "../core/grant/grant.ts";
import { grantViewOf } from "../core/grant/view.ts";
import { epochMs } from "../core/time.ts";
import { type Seen, seenBy, wrongState } from "./seen.ts";

/** Overtaken by others' yeses to a stage that wants more of them, this often. */
const TRIES = 4;

/** What this person said in that stage before, if anything. A rejected stage's last word is the no. */
function recorded(grant: Grant, number: number, person: string): DecisionBody["decision"] | undefined {
  const stage = grant.stages.find((each) => each.stage === number);
  const index = stage?.decided.findIndex((one) => one.person === person) ?? -1;
  if (!stage || index < 0) return undefined;
  return stage.status === "rejected" && index === stage.decided.length - 1 ? "reject" : "approve";
}

/** A repeat is answered with what was recorded (I-14); another word than that one is refused. */
function repeated({ grant, person }: Seen, body: DecisionBody): Answer | undefined {
  const before = recorded(grant, body.stage, person.id);
  if (before === undefined) return undefined;
  if (before === body.decision) return { status: 200, body: grantViewOf(grant) };
  return wrongState(grant, `You said ${before} in this stage.`);
}

type Open = { ok: true; grant: GrantIn<"PENDING"> } | { ok: false; refusal: Refusal };

/** The stage that was named is open, in time, and this person's to decide as things are now (I-18). */
function openFor({ catalogue }: StageDeps, seen: Seen, { stage: number }: DecisionBody, at: number): Open {
  const { grant, agent, person } = seen;
  const no = (refused: Refusal): Open => ({ ok: false, refusal: refused });
  const stage = openStage(grant);
  if (grant.status !== "PENDING" || !stage) return no(wrongState(grant));
  if (stage.stage !== number) return no(wrongState(grant, `Stage ${stage.stage} is open, not ${number}.`));
  if (stage.decideBy === undefined || at >= epochMs(stage.decideBy))
    return no(wrongState(grant, "The time of this stage is over."));
  const may = mayDecide(catalogue, agent, grant, { stage, at }).some(({ id }) => id === person.id);
  return may ? { ok: true, grant } : no(refusal("not_your_role", "You may not decide this stage."));
}

/**
 * `POST /grants/{id}/decision`: who signed decides the stage that they name, of the digest that they saw. No code from a
 * mail: the signature is the proof. First committed wins, a repeat changes nothing.
 */
export async function decideBySignedCall(deps: StageDeps, call: Call): Promise<Answer> {
  const body = call.body as DecisionBody;
  for (let tries = 1; ; tries += 1) {
    const seen = await seenBy(deps, call);
    if (isRefusal(seen)) return seen;
    if (seen.grant.digest !== body.digest)
      return wrongState(seen.grant, "The digest is not that of this grant: look at it again.");
    const before = repeated(seen, body);
    if (before) return before;
    const open = openFor(deps, seen, body, deps.now());
    if (!open.ok) return open.refusal;
    const word = {
      decision: body.decision,
      comment: body.comment,
      channel: "signed" as const,
      by: call.actor,
    };
    const said = await decideStage(deps, { ...seen, grant: open.grant }, word);
    if (said.is === "locked_down") return lockedDown(said.lockdown);
    if (said.is === "decided") {
      // A yes that policy does not take any more ended the grant: nothing was approved.
      if (said.grant.status === "DENIED") return wrongState(said.grant, "Policy asks for more now.");
      return { status: 200, body: grantViewOf(said.grant) };
    }
    if (tries === TRIES) return repeated({ ...seen, grant: said.grant }, body) ?? wrongState(said.grant);
  }
}
