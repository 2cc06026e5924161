import * as z from "zod";
import { UNSAFE } from "./unsafe.ts";

// U+2800 is a Braille pattern without dots: a letter by category, a space to the eye.
const WHITE = /[\s\u0085\u2800]+/gu;

/**
 * Text written by an agent, made safe to keep and to show: normalised (NFC), without control, bidi and zero-width
 * characters, white space folded. Escaping for a medium (HTML, CSV) is that medium's own business.
 */
export function plainText(text: string): string {
  // Normalised and folded last: what is taken out may have stood between what belongs together.
  return text.replace(WHITE, " ").replace(UNSAFE, "").normalize("NFC").replace(WHITE, " ").trim();
}

/** The longest comment on a decision, in characters after cleaning. */
export const MAX_COMMENT = 300;

/** A required free text of at most `max` characters after cleaning; the raw text may not be more than four times that. */
export const freeText = (max: number) =>
  z
    .string()
    .max(max * 4, `must be at most ${max} characters`)
    .transform(plainText)
    .pipe(z.string().min(1, "must not be empty").max(max, `must be at most ${max} characters`));

/** The order in which `<` has texts, for sorting: the same on every machine, unlike that of a locale. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
