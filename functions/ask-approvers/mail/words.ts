import { literalsIn, type Piece, piecesOf } from "../../approval-page/page/literals.ts";
import { factorName, factorsOf, riskSentence, signedPoints } from "../../approval-page/page/risk.ts";
import { SIGNED_ONLY } from "../../approval-page/page/signed.ts";
import { later, utcTime } from "../../approval-page/page/words.ts";
import { visible } from "../../core/html.ts";
import { PERFORM } from "../../core/kinds/names.ts";
import { plainText } from "../../core/text.ts";
import { durationInWords } from "../../core/time.ts";
import type { MailView } from "./view.ts";

/**
 * Mail programs turn what looks like an address into a link. What others wrote must never become one beside ours, so
 * dots before letters (also the full-width ones that browsers take for dots), `://` and the like are bracketed.
 */
export const linkless = (text: string): string =>
  visible(text)
    .replace(/[.\u3002\uff0e\uff61](?=\p{L}[\p{L}\p{M}])|(?<=\bwww)\./giu, "[.]")
    .replace(/[:\uff1a](?=[/\uff0f]{2})/gu, "[:]")
    .replace(/\b(mailto|tel|sms|callto|sip|file|data|javascript):/giu, "$1[:]")
    .replace(/\\\\(?=\S)/gu, "[\\\\]");

/** The agent's own words, each with what it is. The purpose first, and without a name of its own. */
export function agentWords(view: MailView): { name?: string; text: string }[] {
  const named = { Task: view.task, Ticket: view.ticket, "On behalf of": view.onBehalfOf, Model: view.model };
  return [
    { text: linkless(plainText(view.purpose)) },
    ...Object.entries(named).flatMap(([name, text]) =>
      text ? [{ name, text: linkless(plainText(text)) }] : [],
    ),
  ];
}

/** The sentences of what becomes possible, cut into our words and the names and values in them. */
export function possiblePieces({ possible, statements, values }: MailView): Piece[][] {
  const literals = literalsIn({ statements, values });
  return possible.map((sentence) =>
    piecesOf(sentence, literals).map(({ text, literal }) => ({ text: linkless(text), literal })),
  );
}

/** What comes above those sentences. */
export const possibleHeading = ({ access }: Pick<MailView, "access">): string =>
  access === PERFORM ? "What is done, once, and nothing else" : "What becomes possible, and nothing else";

/** True when something that others wrote had to be bracketed: then the mail says so. */
export const isBracketed = (view: MailView): boolean =>
  [view.purpose, view.task, view.ticket, view.onBehalfOf, view.model, ...view.possible].some(
    (text) => text !== undefined && linkless(text) !== visible(text),
  );

/** How long, and from when; where it goes on from another grant, from which. */
export function windowSentence({ window, extends: base }: MailView): string {
  const length = durationInWords(window.seconds);
  if (window.startsAt)
    return `${length}, from ${utcTime(window.startsAt)} until ${utcTime(later(window.startsAt, window.seconds))}`;
  return `${length}, starting when the last approval is in${base ? `; it goes on from grant ${base}` : ""}`;
}

/** The score and its factors, a line each; nothing when there was no score. */
export const riskLines = ({ risk }: MailView): string[] =>
  risk
    ? [
        `${riskSentence(risk)}.`,
        ...factorsOf(risk).map(
          ({ name, points, detail }) => `${signedPoints(points)} ${factorName(name)}: ${detail}`,
        ),
      ]
    : [];

/** Our own sentences, the same in both bodies. */
export const SAYS = {
  unverified: "Unverified text, written by the agent. Nobody has checked it:",
  opensNothing: "Opening the page decides nothing. You decide there, with the confirmation code.",
  signedOnly: SIGNED_ONLY,
  keep: "Do not forward this e-mail or the code: whoever has both can answer in your name.",
  brackets:
    "Dots and colons in what others wrote are bracketed, so that nothing in it becomes a link. The page shows it as it is.",
} as const;
