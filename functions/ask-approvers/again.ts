import { faultFields } from "../aws/log.ts";
import { readGrant } from "../aws/table/grants.ts";
import { mailsCount, mailsLeft, withMails } from "../aws/table/mails.ts";
import { readStage, type StageItem, stagePut } from "../aws/table/stages.ts";
import { transact } from "../aws/table/transaction.ts";
import { mayDecide } from "../core/approval/eligible.ts";
import { openStage } from "../core/grant/grant.ts";
import type { Again, AgainInput } from "../core/grant/schedule.ts";
import { type AskDeps, aboutOf, invite, isWaiting, mailAll, store } from "./send.ts";

/** What a sending leaves owed, as the stage keeps it: a resend keeps nothing, whoever wants it can want it again. */
const owing = (again: Again, owed: string[]): Partial<StageItem> =>
  again === "resend" ? {} : { [again]: owed };

/**
 * Asks those again who may decide the open stage and have not: each gets a new link and code, earlier ones stay good
 * until the stage closes, and the workflow's token stays. A reminder or an escalation that was sent is not sent twice.
 * Whoever has had too many mails this hour gets none; an escalation stays owed to them, so that `sweep` comes again.
 */
export async function askAgain(
  deps: AskDeps,
  { grantId, stage: number, again, by }: AgainInput,
): Promise<void> {
  const { table, catalogue } = deps;
  const grant = await readGrant(table, grantId);
  const stage = grant && openStage(grant);
  const earlier = await readStage(table, grantId, number);
  const owed = again === "resend" ? undefined : earlier?.[again];
  // A stage that was never asked is the workflow's to ask: its token is not there yet.
  if (!isWaiting(grant, number) || !stage || !earlier || owed?.length === 0)
    return deps.log("approval.not_needed", { grantId, stage: number, status: grant?.status });
  const about = aboutOf(catalogue, grant);
  const now = deps.now();
  const people = mayDecide(catalogue, about.agent, grant, { stage, at: now }).filter(
    ({ id }) => owed === undefined || owed.includes(id),
  );
  const asked = await withMails(table, people);
  const mailable = asked.filter(({ seen }) => mailsLeft(seen, now) > 0);
  const later = asked.filter((each) => !mailable.includes(each)).map(({ person }) => person.id);
  const left = again === "escalation" ? later : [];
  const at = { grantId, stage: number };
  if (mailable.length === 0) {
    if (again !== "resend" && owed === undefined)
      await transact(table, [
        stagePut(table, { ...at, seen: earlier.sending }, { ...earlier, ...owing(again, left) }),
      ]);
    return deps.log("approval.not_needed", { grantId, stage: number, people: later.length });
  }
  const kept = { ...earlier, sending: earlier.sending + 1, ...owing(again, left) };
  const invitations = mailable.map(({ person }) => invite(person));
  const counts = mailable.map(({ person, seen }) => mailsCount(table, person.id, { seen, now }));
  const asking = { stage, kept, invitations, counts, again: { code: again, by } };
  await store(deps, { grant, ...asking });
  const current = await readGrant(table, grantId);
  if (!isWaiting(current, number)) return;
  const { failed, fault } = await mailAll(deps, { ...asking, grant: current }, about);
  const line = { grantId, stage: number, people: invitations.length, again };
  if (failed.length === 0) return deps.log("approval.asked", line);
  deps.log("approval.mail_failed", { ...line, ...faultFields(fault) });
  if (again === "resend") return;
  const stillOwed = { ...kept, ...owing(again, [...left, ...failed]) };
  await transact(table, [stagePut(table, { ...at, seen: kept.sending }, stillOwed)]);
  throw new Error(`grant ${grantId}: a mail could not be sent`);
}
