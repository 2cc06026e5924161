import { faultFields } from "../aws/log.ts";
import { readGrant } from "../aws/table/grants.ts";
import { mailsCount, withMails } from "../aws/table/mails.ts";
import { readStage, stagePut } from "../aws/table/stages.ts";
import { transact } from "../aws/table/transaction.ts";
import { mayDecide } from "../core/approval/eligible.ts";
import { type Grant, openStage } from "../core/grant/grant.ts";
import { nextInWorkflow } from "../core/grant/schedule.ts";
import { type AskDeps, type Asking, aboutOf, invite, isWaiting, mailAll, store } from "./send.ts";

/** What the workflow gives: its stage, and the token to answer with. */
type Input = { schema: 1; grantId: string; stage: number; taskToken: string };

/** How often somebody's mail is tried when enough others have theirs. */
const SENDINGS = 6;

async function sayWhatComesNext(deps: AskDeps, input: Input, grant: Grant | undefined): Promise<void> {
  const next = grant
    ? nextInWorkflow(grant, deps.now())
    : { schema: 1 as const, grantId: input.grantId, next: "over" as const };
  await deps.tell(input.taskToken, next);
  deps.log("approval.not_needed", { grantId: input.grantId, stage: input.stage, status: grant?.status });
}

/** Mails everybody; who got one is kept when somebody did not, so that a next sending is for the others alone. */
async function mailFirst(deps: AskDeps, asking: Asking, about: ReturnType<typeof aboutOf>): Promise<void> {
  const { grant, stage, kept, invitations } = asking;
  const { arrived, failed, fault } = await mailAll(deps, asking, about);
  const counts = { grantId: grant.id, stage: stage.stage, people: invitations.length };
  if (failed.length === 0) return deps.log("approval.asked", counts);
  deps.log("approval.mail_failed", { ...counts, ...faultFields(fault) });
  const mailed = [...kept.mailed, ...arrived];
  const at = { grantId: grant.id, stage: stage.stage, seen: kept.sending };
  await transact(deps.table, [stagePut(deps.table, at, { ...kept, mailed })]);
  // The workflow asks again, those alone who have no mail; not for ever when the others can fill the quorum.
  const enough = mailed.length >= stage.quorum && kept.sending >= SENDINGS;
  if (!enough) throw new Error(`grant ${grant.id}: a mail could not be sent`);
}

/**
 * Asks everybody who may decide the open stage: stores the workflow's task token, reads the stage again in case it was
 * decided meanwhile, then mails a link and a code to each. The token is nowhere but in the table. These mails follow from
 * a decision, so they are counted (once, not for each try) and not refused; those of the first stage were counted with the
 * ask that causes them.
 */
export async function askApprovers(deps: AskDeps, input: Input): Promise<void> {
  const grant = await readGrant(deps.table, input.grantId);
  const stage = grant && openStage(grant);
  if (!isWaiting(grant, input.stage) || !stage) return sayWhatComesNext(deps, input, grant);
  // Thrown when it is gone, so that the workflow backs off: an answer would bring it here again at once.
  const about = aboutOf(deps.catalogue, grant);
  const earlier = await readStage(deps.table, grant.id, stage.stage);
  const { sending = 0, mailed = [] } = earlier ?? {};
  const kept = { ...earlier, taskToken: input.taskToken, sending: sending + 1, mailed };
  const now = deps.now();
  const people = mayDecide(deps.catalogue, about.agent, grant, { stage, at: now }).filter(
    (person) => !mailed.includes(person.id),
  );
  const countedBefore = stage.stage === 1 || sending > 0;
  const counts = (countedBefore ? [] : await withMails(deps.table, people)).map(({ person, seen }) =>
    mailsCount(deps.table, person.id, { seen, now, limit: "counted" }),
  );
  const asking = { stage, kept, invitations: people.map(invite), counts };
  await store(deps, { grant, ...asking });
  const current = await readGrant(deps.table, input.grantId);
  if (!isWaiting(current, input.stage)) return sayWhatComesNext(deps, input, current);
  await mailFirst(deps, { grant: current, ...asking }, about);
}
