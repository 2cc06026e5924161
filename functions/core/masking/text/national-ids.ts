import { isShortDate, luhn, mod11and10, weighted } from "./checksums.ts";
import { isBare, isGrouped, type Run, runsOf, standsAlone } from "./digits.ts";
import type { Detector } from "./hit.ts";
import { letteredIds } from "./national-ids-lettered.ts";

type NumberId = {
  country: string;
  lengths: readonly number[];
  valid: (digits: string) => boolean;
  /**
   * How its digits are grouped besides in one piece or each alone. Absent: in any way, since its check lets less than one
   * random number in a hundred pass.
   */
  forms?: readonly string[];
  /** It has no check digit to speak of: in one piece it counts only behind such a word. */
  behind?: RegExp;
};

/** Digit rule of a Steuer-ID: of the first ten digits one stands two or three times, the others once at most. */
function hasOneRepeated(digits: string): boolean {
  const times = [..."0123456789"].map((digit) => digits.slice(0, 10).split(digit).length - 1);
  const more = times.filter((each) => each > 1);
  return more.length === 1 && (more[0] === 2 || more[0] === 3);
}

const restBy97 = (digits: string): number => Number(BigInt(digits) % 97n);

/** The CPF's two check digits: each by the digits before it. */
function isCpf(digits: string): boolean {
  if (/^(\d)\1+$/.test(digits)) return false;
  return [9, 10].every((length) => {
    const weights = Array.from({ length }, (_, index) => length + 1 - index);
    return ((weighted(digits, weights) * 10) % 11) % 10 === Number(digits[length]);
  });
}

const isPersonnummer = (digits: string): boolean => {
  const short = digits.slice(-10);
  // A coordination number has 60 added to the day.
  const day =
    Number(short.slice(4, 6)) > 60
      ? String(Number(short.slice(4, 6)) - 60).padStart(2, "0")
      : short.slice(4, 6);
  return isShortDate(short.slice(0, 4) + day, "ymd") && luhn(short);
};

function isMyNumber(digits: string): boolean {
  const rest = weighted(digits, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest <= 1 ? 0 : 11 - rest) === Number(digits[11]);
}

const isBelgian = (digits: string): boolean =>
  ["", "2"].some((century) => 97 - restBy97(century + digits.slice(0, 9)) === Number(digits.slice(9))) &&
  Number(digits.slice(2, 4)) <= 52 &&
  Number(digits.slice(4, 6)) <= 31;

const isNorwegian = (digits: string): boolean =>
  isShortDate(String(Number(digits[0]) % 4) + digits.slice(1, 6), "dmy") &&
  weighted(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 &&
  weighted(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;

/** PESEL: the month says the century by what is added to it. */
const isPesel = (digits: string): boolean => {
  const month = Number(digits.slice(2, 4)) % 20;
  const day = Number(digits.slice(4, 6));
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 31 &&
    weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0
  );
};

/** SSN: areas 000, 666 and from 900 are none, but for ITINs, which begin with 9. https://www.ssa.gov/employer/randomization.html */
const isSsn = (digits: string): boolean =>
  /^(?!000|666)\d{3}(?!00)\d\d(?!0000)\d{4}$/.test(digits) &&
  (digits[0] !== "9" || /^9\d\d[5-9]/.test(digits));

const numberIds: readonly NumberId[] = [
  { country: "DE", lengths: [11], valid: (id) => id[0] !== "0" && hasOneRepeated(id) && mod11and10(id) },
  {
    country: "FR",
    lengths: [15],
    valid: (id) => /^[1-478]/.test(id) && 97 - restBy97(id.slice(0, 13)) === Number(id.slice(13)),
  },
  {
    country: "NL",
    lengths: [9],
    forms: ["4 2 3", "3 3 3", "2 3 4", "3 2 4"],
    valid: (id) => Number(id) > 0 && weighted(id, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
  },
  { country: "PL", lengths: [11], valid: isPesel },
  { country: "SE", lengths: [10, 12], valid: isPersonnummer },
  { country: "BR", lengths: [11], valid: isCpf },
  {
    country: "CH",
    lengths: [13],
    valid: (id) => id.startsWith("756") && weighted(id, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0,
  },
  { country: "BE", lengths: [11], valid: isBelgian },
  { country: "NO", lengths: [11], valid: isNorwegian },
  { country: "JP", lengths: [12], forms: ["4 4 4"], valid: isMyNumber },
  {
    country: "US",
    lengths: [9],
    forms: ["3 2 4"],
    valid: isSsn,
    behind: /(ssn|itin|social\s+security)\W{0,3}(\w{1,6}\W{1,3}){0,2}$/i,
  },
];

function counts({ lengths, valid, forms, behind }: NumberId, run: Run, text: string): boolean {
  if (!lengths.includes(run.digits.length) || !valid(run.digits)) return false;
  if (forms === undefined) return true;
  if (!standsAlone(text, run)) return false;
  if (isGrouped(run, ...forms)) return true;
  if (!isBare(run) && !run.spacedOut) return false;
  return behind === undefined || behind.test(text.slice(Math.max(0, run.start - 40), run.start));
}

/** Whether a text of letters and digits alone is the id of a person in some country known here. */
export const isNationalId = (compact: string): boolean =>
  numberIds.some(
    ({ lengths, valid }) => lengths.includes(compact.length) && /^\d+$/.test(compact) && valid(compact),
  ) || [...letteredIds(compact)].some(({ value }) => value === compact.toUpperCase());

/** National ids of fifteen countries, by their check digits and grouping. */
export const nationalIds: Detector = function* (text) {
  for (const run of runsOf(text, [9, 15]))
    if (numberIds.some((id) => counts(id, run, text)))
      yield { start: run.start, end: run.end, class: "national-id", value: run.digits };
  yield* letteredIds(text);
};
