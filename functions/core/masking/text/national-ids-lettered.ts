import { isShortDate } from "./checksums.ts";
import { nearDigits } from "./digits.ts";
import type { Detector, Hit } from "./hit.ts";

const DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";
const isDni = (id: string): boolean =>
  DNI_LETTERS[Number(id.slice(0, -1).replace(/^[XYZ]/, (letter) => String("XYZ".indexOf(letter)))) % 23] ===
  id.at(-1);

/** Values of letters and digits at odd places of a codice fiscale, A or 0 first (decree of 12 March 1974, table). */
const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
function isCodiceFiscale(id: string): boolean {
  const values = [...id.slice(0, 15)].map((each) =>
    /\d/.test(each) ? Number(each) : each.charCodeAt(0) - 65,
  );
  const sum = values.reduce(
    (total, value, index) => total + (index % 2 === 0 ? (ODD[value] ?? 0) : value),
    0,
  );
  return String.fromCharCode(65 + (sum % 26)) === id[15];
}

/** With 2A and 2B for Corsica: 19 and 18 in the arithmetic. */
const isCorsican = (id: string): boolean =>
  97n - (BigInt(id.slice(0, 13).replace("2A", "19").replace("2B", "18")) % 97n) === BigInt(id.slice(13));

const HETU_LETTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY";
const isHetu = (id: string): boolean =>
  isShortDate(id.slice(0, 6), "dmy") &&
  HETU_LETTERS[Number(id.slice(0, 6) + id.slice(-4, -1)) % 31] === id.at(-1);

const D = String.raw`\d`;
/** In a codice fiscale a letter may stand for a digit, where two people would have the same. */
const O = "[0-9L-NP-V]";
const times = (pattern: string, count: number): string[] => Array.from({ length: count }, () => pattern);

/** Each with the pattern of each of its characters, between which separators may stand. */
const forms: readonly { pattern: readonly string[]; valid: (id: string) => boolean }[] = [
  // NINO: https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110
  {
    pattern: ["[A-CEGHJ-PR-TW-Z]", "[A-CEGHJ-NPR-TW-Z]", ...times(D, 6), "[A-D]"],
    valid: (id) => !/^(BG|GB|NK|KN|TN|NT|ZZ)/.test(id),
  },
  { pattern: [...times(D, 8), "[A-Z]"], valid: isDni },
  { pattern: ["[XYZ]", ...times(D, 7), "[A-Z]"], valid: isDni },
  {
    pattern: [...times("[A-Z]", 6), O, O, "[A-EHLMPRST]", O, O, "[A-Z]", O, O, O, "[A-Z]"],
    valid: isCodiceFiscale,
  },
  { pattern: ["[12378]", ...times(D, 4), "2", "[AB]", ...times(D, 8)], valid: isCorsican },
];

const SEPARATOR = String.raw`[\s.\-_/]{0,2}`;
const alone = (inner: string): RegExp =>
  new RegExp(String.raw`(?<![\p{L}\p{N}])${inner}(?![\p{L}\p{N}])`, "giu");
const patterns = forms.map(({ pattern, valid }) => ({ valid, pattern: alone(pattern.join(SEPARATOR)) }));
/** The sign between date and number is a part of a HETU: it says the century. */
const HETU = alone(String.raw`\d{6}\s?[-+A-FU-Y]\s?\d{3}\s?[0-9A-FHJ-NPR-Y]`);

function* idsIn(text: string): Generator<Hit> {
  for (const { pattern, valid } of patterns)
    for (const { 0: found, index } of text.matchAll(pattern)) {
      const value = found.replace(/[^A-Za-z0-9]/g, "").toUpperCase();
      if (valid(value)) yield { start: index, end: index + found.length, class: "national-id", value };
    }
  for (const { 0: found, index } of text.matchAll(HETU)) {
    const value = found.replace(/\s/g, "").toUpperCase();
    if (isHetu(value)) yield { start: index, end: index + found.length, class: "national-id", value };
  }
}

/** More than the longest of them has before its first digit, however it is spaced. */
const REACH = 48;

/** Ids that have letters in them: Britain, Spain, Italy, Corsica, Finland. */
export const letteredIds: Detector = function* (text) {
  for (const { part, at } of nearDigits(text, REACH))
    for (const hit of idsIn(part)) yield { ...hit, start: hit.start + at, end: hit.end + at };
};
