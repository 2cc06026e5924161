import type { AuditEvent, Facts } from "../core/audit/event.ts";
import type { EventType } from "../core/audit/registry.ts";
import { type Notice, noticeOf } from "./notice.ts";

type Tell = (event: AuditEvent) => Notice | undefined;

const what = ({ agent, access, masked, resource }: Facts): string =>
  `${agent ?? "an agent"}, ${masked ? "masked " : ""}${access ?? "access"} on ${resource ?? "a resource"}`;

/**
 * What nobody had to approve, and broke no glass, passes without a notice: thousands of routine asks a day would teach
 * people to look away. The record has them all.
 */
const concernsPeople = ({ decision, breakGlass }: Facts): boolean =>
  decision === "needs_approval" || breakGlass === true;

const always =
  (title: (event: AuditEvent) => string, urgent = false): Tell =>
  (event) =>
    noticeOf(event, { title: title(event), urgent });
const forPeople =
  (title: (event: AuditEvent) => string): Tell =>
  (event) =>
    concernsPeople(event.facts) ? noticeOf(event, { title: title(event) }) : undefined;

/** A plain no is not told either: an agent that asks in a loop would fill the channel. Its answer has the reason. */
const requested: Tell = (event) => {
  const { facts } = event;
  if (facts.breakGlass && facts.status !== "DENIED") {
    const title = `BREAK-GLASS, approved by nobody: ${what(facts)}`;
    return noticeOf(event, { title, urgent: true, asked: "Who was passed over" });
  }
  return facts.status === "PENDING" ? noticeOf(event, { title: `Asked: ${what(facts)}` }) : undefined;
};

/** A lockdown is told once, and not for each of the grants that it ends. */
const unlessLockedDown =
  (tell: Tell): Tell =>
  (event) =>
    event.facts.code === "locked_down" ? undefined : tell(event);

/** A person stops a grant: told when it is said, and again when it is in force. */
const revoking: Tell = (event) =>
  event.facts.code === "revoked"
    ? noticeOf(event, { title: `${event.actor.id} revokes: ${what(event.facts)}`, urgent: true })
    : undefined;

/** An agent that gives access back early is done with its work; whoever else stops a grant had a reason. */
const revoked: Tell = unlessLockedDown((event) =>
  event.facts.code === "released"
    ? forPeople(({ facts }) => `Given back: ${what(facts)}`)(event)
    : noticeOf(event, { title: `Revoked: ${what(event.facts)}`, urgent: true }),
);

const cancelled: Tell = (event) =>
  revoking(event) ?? forPeople(({ facts }) => `Taken back: ${what(facts)}`)(event);

const FLAG_ACTIONS: Record<string, string> = {
  alert: "Look at it",
  revoke: "What it is about is being revoked",
  lockdown: "It is being locked down",
};
/** A note is for the record: people hear of what somebody should look at, or what was stopped. */
const flagRaised: Tell = (event) => {
  const { action = "", rules = "a rule", target = "something" } = event.facts;
  const what = FLAG_ACTIONS[action];
  return what === undefined
    ? undefined
    : noticeOf(event, { title: `RED FLAG ${rules}: ${target}. ${what}`, urgent: true });
};

const MAILED = "Who was not reached";
/** A full mailbox, or somebody who is away, is on record and wakes nobody. */
const bounced: Tell = (event) => {
  const { people = "somebody", code } = event.facts;
  const title = `Mails to ${people} do not arrive: ${what(event.facts)}`;
  return code === "soft" ? undefined : noticeOf(event, { title, urgent: true, asked: MAILED });
};
const complained: Tell = (event) => {
  const { people = "somebody" } = event.facts;
  const title = `The mailbox of ${people} takes our mails for spam: ${what(event.facts)}`;
  return noticeOf(event, { title, urgent: true, asked: MAILED });
};

/** An action that went well is its agent's matter; its redemption and outcome are on record. */
const reported: Tell = (event) => {
  const { code } = event.facts;
  const how = code === "failed" ? "Did not work" : "Who did it does not know what came of it";
  return code === "done"
    ? undefined
    : noticeOf(event, { title: `${how}: ${what(event.facts)}`, urgent: true });
};

/** The events that people hear of, and how. The rule on the bus passes these types and no other. */
export const notices: Partial<Record<EventType, Tell>> = {
  "grant.requested": requested,
  "approval.asked": always(({ facts }) => `Waiting for ${facts.group ?? "approvers"}: ${what(facts)}`),
  "grant.stage_approved": always(({ facts, actor }) => `${actor.id} approved: ${what(facts)}`),
  "grant.approved": forPeople(({ facts }) => `Approved: ${what(facts)}`),
  "grant.rejected": always(({ facts, actor }) => `${actor.id} rejected: ${what(facts)}`),
  "grant.expired": forPeople(({ facts }) => `Nobody decided, or it did not start, in time: ${what(facts)}`),
  "grant.cancelled": cancelled,
  "grant.denied": unlessLockedDown(always(({ facts }) => `Denied before it began: ${what(facts)}`)),
  "grant.ended": forPeople(({ facts }) => `Ended: ${what(facts)}`),
  "grant.revoking": revoking,
  "grant.revoked": revoked,
  "grant.failed": always(({ facts }) => `Failed: ${what(facts)}`, true),
  "mail.bounced": bounced,
  "mail.complained": complained,
  "action.outcome_unknown": always(
    ({ facts }) => `Begun, and nobody says what came of it: ${what(facts)}`,
    true,
  ),
  "action.outcome_reported": reported,
  "action.stop_ordered": always(({ facts, actor }) => `${actor.id} wants stopped: ${what(facts)}`, true),
  "action.stopped": always(({ facts }) => `Stopped what it had started: ${what(facts)}`, true),
  "review.opened": always(
    ({ facts }) => `Review needed of break-glass by ${facts.agent ?? "an agent"}`,
    true,
  ),
  "review.closed": always(
    ({ facts, actor }) => `${actor.id} closed the review of ${facts.agent ?? "an agent"}`,
  ),
  "flag.raised": flagRaised,
  "flag.acted": always(
    ({ facts }) => `Red flag ${facts.rules ?? ""}, ${facts.target ?? "something"}: ${facts.code ?? "done"}`,
    true,
  ),
  "lockdown.set": always(
    ({ facts, actor }) => `LOCKDOWN by ${actor.id}: ${facts.target ?? "a target"}. Nothing is granted there`,
    true,
  ),
  "lockdown.lifted": always(
    ({ facts, actor }) => `${actor.id} lifted the lockdown of ${facts.target ?? "a target"}`,
    true,
  ),
};

export const noticedTypes = Object.keys(notices) as EventType[];
