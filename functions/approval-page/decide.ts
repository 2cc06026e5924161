import { faultFields, type Log } from "../aws/log.ts";
import type { NewId, Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { applyStep } from "../aws/table/grants.ts";
import { countTry } from "../aws/table/links.ts";
import { tellClosed } from "../aws/tell-closed.ts";
import type { TellWorkflow } from "../aws/workflow.ts";
import { lapsedRules } from "../core/approval/eligible.ts";
import { codeHash, mustSlowDown, sameHash } from "../core/approval/secrets.ts";
import type { Actor } from "../core/audit/event.ts";
import type { Grant } from "../core/grant/grant.ts";
import { approve, deny, reject } from "../core/grant/moves.ts";
import type { Moment, Step } from "../core/grant/step.ts";
import { type DecideDeps, decide, unmetRules } from "../core/policy/decision.ts";
import { epochMs, isoMillis } from "../core/time.ts";
import { normaliseCode } from "./code.ts";
import type { DecisionForm } from "./form.ts";
import type { Opened } from "./open-link.ts";
import type { NoticeKind } from "./page/view.ts";

export type PageDeps = DecideDeps & { table: Table; now: Now; newId: NewId; log: Log; tell: TellWorkflow };
type Decidable = Extract<Opened, { is: "decidable" }>;

/** What became of a submitted form: shown again with a notice, or a grant that is in another state now. */
export type Decided =
  | { is: "again"; notice: NoticeKind }
  | { is: "decided"; grant: Grant }
  | { is: "overtaken"; grant: Grant };

async function codeProblem(
  deps: PageDeps,
  token: string,
  form: DecisionForm,
  { link, hash }: Decidable,
): Promise<NoticeKind | undefined> {
  const code = normaliseCode(form.code);
  // Malformed or empty codes do not count: scanners send those.
  if (code === undefined) return "missing_code";
  const lastWrongAt = link.lastWrongAt === undefined ? undefined : epochMs(link.lastWrongAt);
  if (mustSlowDown({ wrongCodes: link.wrongCodes, lastWrongAt }, deps.now())) return "slow_down";
  const right = sameHash(codeHash(token, code), link.codeHash);
  if (right && link.wrongCodes === 0) return undefined;
  // Counted before the answer, conditional on the count that was read: of many tries at once, one is answered.
  const counted = await countTry(deps.table, hash, { seen: link.wrongCodes, at: isoMillis(deps.now()) });
  if (!counted) return "slow_down";
  return right ? undefined : "wrong_code";
}

/** A yes counts only while policy still asks for no more than was planned; otherwise the grant ends (I-18). */
function stepFor(deps: PageDeps, form: DecisionForm, { grant, parties }: Decidable): Step {
  const by: Actor = { type: "person", id: parties.person.id };
  const moment: Moment = { now: deps.now(), by, writer: deps.newId() };
  const word = { person: parties.person.id, comment: form.comment };
  if (form.decision === "reject") return reject(grant, word, moment);
  const { agent, resource } = parties;
  const again = decide(deps, {
    agent,
    resource,
    access: grant.access,
    context: grant.decision.context,
    at: moment.now,
  });
  const before = grant.stages.filter((stage) => stage.status === "approved");
  const unmet = [...unmetRules(again, grant.decision.plan), ...lapsedRules(deps.catalogue, agent, before)];
  if (unmet.length === 0) return approve(grant, word, moment);
  return deny(grant, { code: "policy_changed", detail: `rules not met: ${unmet.join(", ")}` }, moment);
}

/**
 * Decides a stage: one transaction on the grant, conditional on the very version that was shown, with its event. The
 * first committed decision wins; whoever is overtaken is shown what became of it (I-14).
 */
export async function submit(
  deps: PageDeps,
  token: string,
  form: DecisionForm,
  opened: Decidable,
): Promise<Decided> {
  const problem = await codeProblem(deps, token, form, opened);
  if (problem) return { is: "again", notice: problem };
  if (form.decision === undefined) return { is: "again", notice: "missing_decision" };
  const moved = await applyStep(deps.table, stepFor(deps, form, opened));
  if (!moved.ok) {
    if (moved.why !== "wrong_state") throw new Error(`grant ${opened.grant.id}: ${moved.why}`);
    return { is: "overtaken", grant: moved.current };
  }
  try {
    const stillOpen = moved.grant.stages.some(
      (stage) => stage.stage === opened.stage.stage && stage.status === "open",
    );
    if (!stillOpen || moved.grant.status !== "PENDING") await tellClosed(deps, opened.grant, moved.grant);
  } catch (fault) {
    // The decision is written: `sweep` tells the workflow.
    deps.log("workflow.not_told", { grantId: moved.grant.id, ...faultFields(fault) });
  }
  return { is: "decided", grant: moved.grant };
}
