import { askSentence, utcTime } from "../../approval-page/page/words.ts";
import type { Agent, Person, Subject } from "../../core/catalogue.ts";
import type { Grant } from "../../core/grant/grant.ts";
import { html, render, visible } from "../../core/html.ts";
import { plainText } from "../../core/text.ts";
import type { Mail } from "./mail.ts";
import { folded } from "./text.ts";
import { linkless, SAYS } from "./words.ts";

/** What somebody is told who was not asked: which grant, by which rule, and why they would have been asked. */
export type BrokenGlass = {
  grant: Grant;
  agent: Agent;
  resource: Subject;
  person: Person;
  /** The names of everybody who was skipped, this person among them. */
  skipped: readonly string[];
  rule: string;
  reasons: readonly string[];
};

/** The lines of both bodies. The agent's own words are apart, in `words`. */
function linesOf({ grant, agent, resource, skipped, rule, reasons }: BrokenGlass) {
  const sentence = askSentence({
    agent,
    resource,
    access: grant.access,
    window: { seconds: grant.windowSeconds },
  });
  return {
    title: `${sentence} and broke the glass`,
    facts: [
      `It has this access now. Nobody was asked beforehand: rule ${rule} allows that in an emergency.`,
      `You would have been asked because ${reasons.join("; ")}.`,
      `Told of this: ${skipped.join(", ")}.`,
      `Asked on ${utcTime(grant.askedAt)}. Grant ${grant.id}.`,
      `A review is open. Until somebody of security or of the data's owners closes it (POST /grants/${grant.id}/review), this agent cannot break the glass again.`,
      "This e-mail has no link: there is nothing to decide beforehand any more. If the access should not be, end it at once.",
      `You can with your own AWS identity: POST /grants/${grant.id}/revoke with a reason, to your organisation's Latchkey API. Without one, tell your security team: they can revoke it, or lock the agent down.`,
    ],
    words: linkless(plainText(grant.purpose)),
  };
}

/** The mail to one approver who was skipped (break-glass). */
export function brokenGlassMail(about: BrokenGlass): Mail {
  const { title, facts, words } = linesOf(about);
  const hello = `Hello ${about.person.name},`;
  const text = [hello, `${title}.`, ...facts, SAYS.unverified, folded(words, "> ")].join("\n\n");
  const paragraphs = facts.map((line) => html`<p>${line}</p>`);
  const document = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
<body style="margin:0;padding:24px 12px;background:#f3f2ed;color:#1c2530;font-family:Helvetica,Arial,sans-serif;font-size:16px;line-height:1.55">
<div style="max-width:600px;margin:0 auto;padding:26px 24px;background:#fffefb;border:1px solid #dcdad1;overflow-wrap:anywhere">
<p>${hello}</p><h1 style="font-size:22px;line-height:1.25">${title}</h1>
${paragraphs}
<p style="font-weight:bold;color:#6b4706">${SAYS.unverified}</p>
<blockquote style="margin:0;padding:12px 16px;background:#fff6df;border:2px dashed #b27a12"><bdi>${words}</bdi></blockquote>
</div></body></html>`;
  return {
    subject: visible(`Break-glass: ${title}`).replace(/\s+/gu, " "),
    text: visible(`${text}\n`),
    html: render(document),
  };
}
