import { luhn } from "./checksums.ts";
import { runsOf } from "./digits.ts";
import type { Detector } from "./hit.ts";

/** Issuer numbers by the networks' published ranges, with the lengths that they issue (ISO/IEC 7812-1). */
const ISSUERS: readonly [RegExp, readonly number[]][] = [
  [/^4/, [13, 16, 19]],
  [/^(5[1-5]|2(22[1-9]|2[3-9]|[3-6]|7[01]|720))/, [16]],
  [/^3[47]/, [15]],
  [/^3(0[0-59]|[689])/, [14, 15, 16, 17, 18, 19]],
  [/^(6011|64[4-9]|65|62|81|60|508|50|5[6-8]|6[37])/, [16, 17, 18, 19]],
  [/^35(2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^(220[0-4]|9792)/, [16, 17, 18, 19]],
];

export const isCard = (digits: string): boolean =>
  ISSUERS.some(([first, lengths]) => lengths.includes(digits.length) && first.test(digits)) &&
  !/^(\d)\1+$/.test(digits) &&
  luhn(digits);

/** Payment card numbers, however they are grouped. */
export const cards: Detector = function* (text) {
  for (const { start, end, digits } of runsOf(text, [13, 19]))
    if (isCard(digits)) yield { start, end, class: "card", value: digits };
};
