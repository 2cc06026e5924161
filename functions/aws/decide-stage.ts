import { lapsedRules } from "../core/approval/eligible.ts";
import type { Actor } from "../core/audit/event.ts";
import type { Agent, Person, Subject } from "../core/catalogue.ts";
import { type Grant, type GrantIn, openStage } from "../core/grant/grant.ts";
import { approve, deny, reject } from "../core/grant/moves.ts";
import type { Moment, Step } from "../core/grant/step.ts";
import type { Lockdown } from "../core/lockdown.ts";
import { type DecideDeps, decide, unmetRules } from "../core/policy/decision.ts";
import { epochMs } from "../core/time.ts";
import { lockdownAgainst, lockedPart } from "./locked-down.ts";
import { faultFields, type Log } from "./log.ts";
import type { NewId, Now } from "./system.ts";
import type { Table } from "./table/client.ts";
import { applyStep } from "./table/grants.ts";
import { countApproval } from "./table/standing.ts";
import { tellClosed } from "./tell-closed.ts";
import type { TellWorkflow } from "./workflow.ts";

export type StageDeps = DecideDeps & { table: Table; now: Now; newId: NewId; log: Log; tell: TellWorkflow };

/** A grant as it was read, with whom and what it is about. Callers have made sure that this person may decide it now. */
export type Decidable = { grant: GrantIn<"PENDING">; agent: Agent; resource: Subject; person: Person };
/** What the person says. `channel`: absent is by the link of a mail. `by`: the person, as the event names them. */
export type Word = {
  decision: "approve" | "reject";
  comment?: string | undefined;
  channel?: "signed" | undefined;
  by: Actor;
};
/** The grant after the word, or as somebody else's word left it, or as it is because nothing is approved under a lockdown. */
export type Said =
  | { is: "decided" | "overtaken"; grant: Grant }
  | { is: "locked_down"; grant: Grant; lockdown: Lockdown };

/** A yes counts only while policy still asks for no more than was planned; otherwise the grant ends (I-18). */
function stepFor(deps: StageDeps, { grant, agent, resource, person }: Decidable, word: Word): Step {
  const moment: Moment = { now: deps.now(), by: word.by, writer: deps.newId() };
  const said = { person: person.id, team: person.team, comment: word.comment, channel: word.channel };
  if (word.decision === "reject") return reject(grant, said, moment);
  const { access, askedAt, decision } = grant;
  // As of the ask: whoever is away today may be back before a later stage is over.
  const again = decide(deps, { agent, resource, access, context: decision.context, at: epochMs(askedAt) });
  const before = grant.stages.filter((stage) => stage.status === "approved");
  const unmet = [...unmetRules(again, decision.plan), ...lapsedRules(deps.catalogue, agent, before)];
  if (unmet.length === 0) return approve(grant, said, moment);
  return deny(grant, { code: "policy_changed", detail: `rules not met: ${unmet.join(", ")}` }, moment);
}

/**
 * Decides the open stage, by link or by signed call: one transaction on the grant, conditional on the very version that
 * was read, with its event. The first committed decision wins (I-14); the workflow is told after it.
 */
export async function decideStage(deps: StageDeps, about: Decidable, word: Word): Promise<Said> {
  const { grant } = about;
  // A no is always taken. One that is set after this is met by the minter (I-71).
  const lockdown =
    word.decision === "approve" ? await lockdownAgainst(deps.table, lockedPart(grant)) : undefined;
  if (lockdown) return { is: "locked_down", grant, lockdown };
  const step = stepFor(deps, about, word);
  const beside = step.move === "approve" ? [countApproval(deps.table, step.after, deps.now())] : [];
  const moved = await applyStep(deps.table, step, beside);
  if (!moved.ok) {
    if (moved.why !== "wrong_state") throw new Error(`grant ${grant.id}: ${moved.why}`);
    return { is: "overtaken", grant: moved.current };
  }
  try {
    const stillOpen = openStage(moved.grant)?.stage === openStage(grant)?.stage;
    if (!stillOpen) await tellClosed(deps, grant, moved.grant);
  } catch (fault) {
    // The decision is written: `sweep` tells the workflow.
    deps.log("workflow.not_told", { grantId: moved.grant.id, ...faultFields(fault) });
  }
  return { is: "decided", grant: moved.grant };
}
