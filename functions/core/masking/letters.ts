// Letters of other scripts that look like Latin ones: what Unicode's confusables table (UTS #39) has for the letters and
// digits that addresses and identifiers are made of. Written as pairs, the stranger first.
const PAIRS =
  "аaеeоoрpсcуyхxіiјjѕsԁdɡgһhӏlԛqԝwѵvкkмmтtпnвbгrАAВBЕEКKМMНHОOРPСCТTХXУYІIЈJЅSԌGԚQԜWЗ3б6" +
  "αaοoνvρpτtυuιiκkχxγyΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX" +
  "օoսuհhոnցgյjքpґr" +
  "ıi\u0131iɑaɩiʏyᴏo∕/⁄/∙.․.。.•·‚,‐-‑-‒-–-—-―-−-﹣-⁃-˗-˙.︲-";

const LIKE = new Map<string, string>();
const letters = [...PAIRS];
for (let at = 0; at + 1 < letters.length; at += 2) LIKE.set(letters[at] as string, letters[at + 1] as string);

const DIGIT = /^\p{Nd}$/u;

/** Decimal digits stand in runs of ten, from zero on: the Unicode Standard, section 4.6 (stability of Nd). */
function digitOf(letter: string): string | undefined {
  const code = letter.codePointAt(0) ?? 0;
  if (code < 0x660 || !DIGIT.test(letter)) return undefined;
  let zero = code;
  while (code - zero < 9 && DIGIT.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}

const SPACE = /^\s$/u;
const SILENT = /^[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Cs}]$/u;
const MARK = /^\p{M}$/u;

function worked(letter: string): string {
  if (SILENT.test(letter)) return "";
  if (SPACE.test(letter)) return " ";
  const form = letter.normalize("NFKC");
  let plain = "";
  for (const each of form) plain += LIKE.get(each) ?? digitOf(each) ?? (SPACE.test(each) ? " " : each);
  return plain;
}

/** What was worked out before, of as many letters as a text in any few scripts has. */
const remembered = new Map<string, string>();
const MOST_REMEMBERED = 4096;

/**
 * One code point as the plain letters that it passes for: nothing for what does not show, a space for any white space,
 * ASCII for digits and look-alikes of any script, and else its compatibility form (NFKC).
 */
export function plainLetter(letter: string): string {
  if (letter <= "\u007f") return letter;
  const known = remembered.get(letter);
  if (known !== undefined) return known;
  const plain = worked(letter);
  if (remembered.size < MOST_REMEMBERED) remembered.set(letter, plain);
  return plain;
}

/** Marks on a letter, which NFKC may join to it: a letter and its marks are folded together. */
export const isMark = (letter: string): boolean => letter > "\u02ff" && MARK.test(letter);
