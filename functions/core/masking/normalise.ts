import { classes, type FieldClass } from "./classes.ts";
import { plainLetter } from "./letters.ts";

const SILENT = /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Cs}\p{Cc}]/gu;
const WHITE = /[\s\u0085\u2800]+/gu;
const NOT_ALPHANUMERIC = /[^\p{L}\p{N}]+/gu;

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is in its plainest form already.
const ASCII = /^[\x00-\x7f]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these do not show.
const CONTROL = /[\x00-\x1f\x7f]/g;

function lookAlikesFolded(text: string): string {
  if (ASCII.test(text)) return text;
  let plain = "";
  for (const letter of text.normalize("NFKC")) plain += plainLetter(letter);
  return plain;
}

/** In any case and any spacing: lower case after upper case, which folds what only one of the two would (ß, ſ, final sigma). */
function folded(text: string): string {
  if (ASCII.test(text)) return text.replace(WHITE, " ").replace(CONTROL, "").toLowerCase().trim();
  const plain = text.normalize("NFKC").replace(WHITE, " ").replace(SILENT, "");
  return plain.toUpperCase().toLowerCase().normalize("NFKC").trim();
}

/** Identifiers are letters and digits: how they are grouped, and which script's look-alikes they use, does not count. */
const identifier = (text: string): string => folded(lookAlikesFolded(text)).replace(NOT_ALPHANUMERIC, "");

/** `+49 (0)30 …`, `0049 30 …` and `+4930…` are one number. Whether a national number is of the same country nobody can say. */
const phone = (text: string): string =>
  identifier(lookAlikesFolded(text).replace(/\(0\)/, "")).replace(/^00(?=[1-9])/, "");

/** The value that a token stands for: every spelling of one value comes to one text. Not empty unless the value is blank. */
export function normalised(name: FieldClass, value: string): string {
  const known =
    name === "phone"
      ? phone(value)
      : name === "email"
        ? folded(lookAlikesFolded(value)).replaceAll(" ", "")
        : classes[name].identifier
          ? identifier(value)
          : folded(value);
  // Only separators, as in "--" or "n/a" for a phone: still a value of its own.
  return known === "" ? value.normalize("NFKC").trim() : known;
}

/** Nothing but white space or what does not show: it says that there is no value, and stays. */
export const isBlank = (text: string): boolean => text.replace(WHITE, "").replace(SILENT, "") === "";
