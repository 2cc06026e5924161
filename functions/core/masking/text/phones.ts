import { groupLengths, isBare, type Run, runsOf, standsAlone } from "./digits.ts";
import type { Detector, Hit } from "./hit.ts";
import { isCallable, isNational } from "./numbering.ts";

/** What looks like a phone number and is something else: days, addresses of machines, times. */
const NOT_PHONES = new RegExp(
  [
    String.raw`(?<!\d[-./]?)\d{4}([-./])\d{1,2}\1\d{1,2}(?![-./]?\d)`,
    String.raw`(?<!\d[-./ ]?)(?:0?[1-9]|[12]\d|3[01])([-./])(?:0?[1-9]|[12]\d|3[01])\2(?:\d{4}|\d{2})(?![-./ ]?\d)`,
    String.raw`(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![.\d])`,
    String.raw`\d{1,2}:\d{2}(?::\d{2})?`,
  ].join("|"),
  "g",
);
/** As long as what it replaces, and never part of a run. */
const blanked = (text: string): string => text.replace(NOT_PHONES, (found) => "#".repeat(found.length));

/** Less than other numbers are written with: a comma is between two. */
const BETWEEN = /^[\s.\-/()]{1,3}$/;

const BEHIND =
  /(?:phone|tel|telefon|telephone|téléphone|teléfono|telefono|telefone|mobile|mobil|móvil|movil|cell|cellulare|celular|handy|portable|call|fax|whatsapp|sms|nummer|komórka|mob|電話|携帯|ring|bel|appelez|llame|chiama|ligue|rufen?)[\s.:°#-]{0,4}(?:[\p{L}]{1,8}[\s.:]{1,2}){0,3}[(]?$/iu;

const hitOf = (text: string, run: { start: number; end: number }): Hit => ({
  ...{ start: run.start, end: run.end, class: "phone" },
  value: text.slice(run.start, run.end),
});

/** Where a run with a + or 00 before it begins; undefined without one. */
function internationalStart(text: string, { start, digits }: Run): number | undefined {
  if (digits.startsWith("00") && /^00[1-9]/.test(digits)) return start;
  const before = /\+[\s().-]{0,2}$/.exec(text.slice(Math.max(0, start - 3), start))?.[0];
  return before === undefined ? undefined : start - before.length;
}

const hasPhoneForm = (run: Run): boolean =>
  isBare(run) || run.spacedOut || groupLengths(run).every((each, index) => each > 1 || index === 0);

function isPhone(text: string, run: Run, announced: boolean): boolean {
  const { digits, start } = run;
  const bracket = text[start - 1] === "(";
  const least = announced ? 6 : digits.startsWith("0") || bracket ? 8 : 9;
  if (digits.length < least || !standsAlone(text, run) || !hasPhoneForm(run)) return false;
  return announced || isNational(digits);
}

/** Phone numbers: with + or 00 in any form, without where some country of `numbering.ts` has such numbers. */
export const phones: Detector = function* (given) {
  const text = blanked(given);
  let announced = { at: -1, is: false };
  for (const run of runsOf(text, [6, 17], BETWEEN)) {
    if (announced.at !== run.start)
      announced = { at: run.start, is: BEHIND.test(text.slice(Math.max(0, run.start - 48), run.start)) };
    const begin = internationalStart(text, run);
    if (begin !== undefined) {
      const digits = run.digits.replace(/^00/, "");
      if (isCallable(digits) || (digits.length >= 8 && digits.length <= 15 && hasPhoneForm(run)))
        yield hitOf(given, { start: begin, end: run.end });
    } else if (isPhone(text, run, announced.is))
      yield hitOf(given, { start: text[run.start - 1] === "(" ? run.start - 1 : run.start, end: run.end });
  }
};
