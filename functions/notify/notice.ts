import type { AuditEvent } from "../core/audit/event.ts";

/** One line of a notice: what it is, and its text, which may be anybody's. */
export type Line = { label: string; text: string };

/**
 * What people are told of an event, for any channel to show in its own way. Never holds a means to decide: events have
 * no token and no code. `claimed` is the agent's own account, which nobody has checked.
 */
export type Notice = {
  /** The event's: the same event may come twice. */
  id: string;
  time: string;
  urgent: boolean;
  title: string;
  lines: Line[];
  claimed: Line[];
  grant: string | undefined;
};

const minutes = (seconds: number): string => (seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`);

function lengthOf({ windowSeconds, endsAt }: AuditEvent["facts"]): string | undefined {
  if (windowSeconds === undefined) return undefined;
  return endsAt ? `${minutes(windowSeconds)}, until ${endsAt}` : minutes(windowSeconds);
}

function riskOf({ riskScore, riskFactors }: AuditEvent["facts"]): string | undefined {
  if (riskScore === undefined) return undefined;
  return riskFactors ? `${riskScore} of 100 (${riskFactors.replaceAll(",", ", ")})` : `${riskScore} of 100`;
}

const resourceOf = ({ resource, environment }: AuditEvent["facts"]): string | undefined =>
  resource && environment ? `${resource} (${environment})` : resource;

const present = (lines: [string, string | undefined][]): Line[] =>
  lines.flatMap(([label, text]) => (text ? [{ label, text }] : []));

/** The lines that every notice has, as far as its event tells them. */
export function noticeOf(
  event: AuditEvent,
  head: { title: string; urgent?: boolean; asked?: string },
): Notice {
  const { facts, actor } = event;
  return {
    id: event.id,
    time: event.time,
    urgent: head.urgent ?? false,
    title: head.title,
    lines: present([
      ["Agent", facts.agent],
      ["Resource", resourceOf(facts)],
      ["Access", facts.access],
      ["Scope", facts.scope],
      ["How long", lengthOf(facts)],
      ["Risk", riskOf(facts)],
      ["Rules", facts.rules?.replaceAll(",", ", ")],
      [head.asked ?? "Who is asked", facts.people?.replaceAll(",", ", ") ?? facts.group],
      ["By", actor.type === "broker" ? undefined : actor.id],
      ["Why", facts.reason ?? facts.code],
      ["Evidence", facts.evidence],
    ]),
    claimed: present([
      ["Purpose", facts.purpose],
      ["On behalf of", facts.onBehalfOf],
      ["Ticket", facts.ticket],
      ["Model", facts.model],
    ]),
    grant: event.grant,
  };
}
