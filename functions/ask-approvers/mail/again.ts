import { utcTime } from "../../approval-page/page/words.ts";
import type { MailReason, MailView } from "./view.ts";

const openStageOf = ({ stages }: MailView) => stages.find(({ status }) => status === "open");

// Read by both groups: the first is reminded by it, the second is asked by it.
function escalated(view: MailView): string {
  const stage = openStageOf(view);
  const group = stage?.groupName ?? "the group asked first";
  const who = stage?.decided.length ? "Too few" : "Nobody";
  return `${who} of ${group} answered in time, so ${stage?.escalation?.groupName ?? "another group"} is asked too.`;
}

const SENTENCES: Record<MailReason, (view: MailView) => string> = {
  reminder: (view) =>
    `You were asked this before and half of the time to answer is over: it ends ${utcTime(view.decideBy)}.`,
  escalation: escalated,
  resend: () => "This was sent to you again because somebody asked for that. Nothing in it has changed.",
};

const SUBJECTS: Record<MailReason, string> = {
  reminder: "Reminder: Approve?",
  escalation: "Escalated: Approve?",
  resend: "Sent again: Approve?",
};

/** How the subject begins. */
export const subjectStart = ({ why }: MailView): string => (why ? SUBJECTS[why] : "Approve?");

/** Why this mail came when another was sent before, to this person or to others. */
export const againSentence = (view: MailView): string | undefined => view.why && SENTENCES[view.why](view);
