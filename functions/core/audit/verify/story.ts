import { plainText } from "../../text.ts";
import { durationInWords } from "../../time.ts";
import type { AuditEvent, Facts } from "../event.ts";
import type { EventType } from "../registry.ts";

/** Text that somebody wrote, as one line that cannot pass for anything else: quoted, without control characters. */
const quoted = (text: string | undefined): string => (text ? ` ${JSON.stringify(plainText(text))}` : "");
const name = (text: string | undefined, other: string): string => (text ? plainText(text) : other);
const because = ({ code, reason }: Facts): string =>
  `${code ? ` (${plainText(code)})` : ""}${quoted(reason)}`;

function asked(facts: Facts): string {
  const { access, resource, scope, windowSeconds, purpose, startsAt } = facts;
  const what = `${name(access, "use")} ${name(resource, "something")}${scope ? ` within ${plainText(scope)}` : ""}`;
  const long = windowSeconds === undefined ? "" : ` for ${durationInWords(windowSeconds)}`;
  return `asked to ${what}${long}${startsAt ? ` from ${startsAt}` : ""}:${quoted(purpose)}`;
}

const outcomes: Record<string, string> = {
  DENIED: ". Policy said no",
  APPROVED: ". Policy said yes",
  PENDING: ". People were to decide",
};

/** What each move of a grant is called when its story is told. Other types tell themselves by their name. */
const sentences: Partial<Record<EventType, (facts: Facts) => string>> = {
  "grant.requested": (facts) =>
    `${asked(facts)}${outcomes[facts.status ?? ""] ?? ""}${facts.code ? because(facts) : ""}`,
  "grant.stage_approved": (facts) =>
    `approved stage ${facts.stage ?? "?"} for ${name(facts.group, "their group")}${quoted(facts.reason)}`,
  "grant.approved": (facts) =>
    `approved stage ${facts.stage ?? "?"} for ${name(facts.group, "their group")}${quoted(facts.reason)}, and with it the grant`,
  "grant.rejected": (facts) => `rejected it${because(facts)}`,
  "grant.expired": (facts) => `let it lapse${because(facts)}`,
  "grant.cancelled": (facts) => `cancelled it${because(facts)}`,
  "grant.denied": (facts) => `denied it${because(facts)}`,
  "grant.attempt_claimed": ({ attempt, startsAt, endsAt }) =>
    `claimed attempt ${attempt ?? "?"} to mint, for ${startsAt ?? "?"} to ${endsAt ?? "?"}`,
  "grant.activated": ({ sessionName, role }) =>
    `minted session ${name(sessionName, "?")} of role ${name(role, "?")}: access was possible from here on`,
  "grant.rotated": ({ sessionName }) => `minted session ${name(sessionName, "?")} in place of the one before`,
  "grant.rotation_failed": (facts) => `could not mint the next session${because(facts)}`,
  "grant.failed": (facts) => `could not mint anything${because(facts)}`,
  "grant.ended": (facts) => `ended it${because(facts)}`,
  "grant.revoking": (facts) => `stopped it${because(facts)}: its sessions were being denied`,
  "grant.revoked": ({ proof, latencyMs }) =>
    `confirmed that its sessions are refused (${proof === "expired" ? "the window was over" : "proved by refused calls"}${latencyMs === undefined ? "" : `, ${latencyMs} ms after the stop`})`,
};

/** A grant's events as sentences, one a line. No text in it can break a line or hide one (I-53). */
export const storyOf = (events: readonly AuditEvent[]): string[] =>
  events.map(({ time, actor, type, facts }) => {
    const said = sentences[type]?.(facts) ?? type;
    return `${time}  ${plainText(actor.id)} (${actor.type}) ${said}`;
  });
