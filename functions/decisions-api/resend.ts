import type { AskAgain } from "../aws/ask-again.ts";
import type { Answer } from "../aws/http/answer.ts";
import type { Call } from "../aws/http/signed-api.ts";
import type { Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { mailsLeft, secondsToNextHour, withMails } from "../aws/table/mails.ts";
import { readStage } from "../aws/table/stages.ts";
import { canApprove, groupsAt, mayDecide, SEE_ALL } from "../core/approval/eligible.ts";
import type { Catalogue } from "../core/catalogue.ts";
import { isRefusal, refusal } from "../core/errors.ts";
import { openStage, type Stage } from "../core/grant/grant.ts";
import { grantViewOf } from "../core/grant/view.ts";
import { epochMs } from "../core/time.ts";
import { type Seen, seenBy, wrongState } from "./seen.ts";

export type ResendDeps = { catalogue: Catalogue; table: Table; now: Now; askAgain: AskAgain };

/** Who may want the mails again: an approver of the open stage, the agent's owner, security and audit. */
function mayResend(catalogue: Catalogue, { agent, person }: Seen, stage: Stage, at: number): boolean {
  return (
    canApprove(catalogue, agent, stage, { person, at }) ||
    person.id === agent.owner ||
    groupsAt(catalogue, person, at).some((group) => SEE_ALL.includes(group))
  );
}

/**
 * `POST /grants/{id}/resend`: mails those of the open stage who have not answered, each a new link and code; earlier links
 * stay good and nothing else changes (I-22). Limited by what each of them may be mailed in an hour (I-45).
 */
export async function resend(deps: ResendDeps, call: Call): Promise<Answer> {
  const seen = await seenBy(deps, call);
  if (isRefusal(seen)) return seen;
  const { grant, agent, person } = seen;
  const at = deps.now();
  const stage = openStage(grant);
  if (!stage?.decideBy || at >= epochMs(stage.decideBy)) return wrongState(grant);
  if (!mayResend(deps.catalogue, seen, stage, at)) return refusal("not_your_role");
  if (!(await readStage(deps.table, grant.id, stage.stage)))
    return wrongState(grant, "Its approvers are being asked for the first time.");
  const people = mayDecide(deps.catalogue, agent, grant, { stage, at });
  const asked = await withMails(deps.table, people);
  if (asked.length > 0 && asked.every((each) => mailsLeft(each.seen, at) === 0)) {
    const details = { limit: "mailsPerHour", retryAfterSeconds: secondsToNextHour(at) };
    return refusal("quota_exceeded", "Its approvers were mailed enough in this hour.", details);
  }
  const { id } = grant;
  await deps.askAgain({ schema: 1, grantId: id, stage: stage.stage, again: "resend", by: person.id });
  return { status: 202, body: grantViewOf(grant) };
}
