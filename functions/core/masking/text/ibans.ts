import { mod97 } from "./checksums.ts";
import type { Detector, Hit } from "./hit.ts";

/** Country and length: SWIFT's IBAN registry (ISO 13616-2), then those that banks use without being in it. */
const COUNTRIES = `
AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18
FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20
LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24
SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30
AO25 BF28 BJ28 CF27 CG27 CI28 CM27 CV25 DZ26 GA27 GQ27 GW25 IR26 KM27 MA28 MG27 ML28 MZ25 NE28 SN28 TD27 TG28`;
const LENGTHS = new Map(
  COUNTRIES.trim()
    .split(/\s/)
    .map((each) => [each.slice(0, 2), Number(each.slice(2))]),
);

export const isIban = (compact: string): boolean =>
  LENGTHS.get(compact.slice(0, 2)) === compact.length &&
  /^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(compact) &&
  mod97(compact);

const BEGIN = /[A-Za-z][\s.\-_/]{0,2}[A-Za-z][\s.\-_/]{0,2}\d[\s.\-_/]{0,2}\d/g;
const NEXT = /[\s.\-_/]{0,2}([A-Za-z0-9])/y;

/** The characters from `at` on, up to `length`, with how long the pieces between separators were. */
function gathered(text: string, at: number, length: number) {
  let compact = "";
  const pieces: number[] = [];
  NEXT.lastIndex = at;
  let end = at;
  while (compact.length < length) {
    const found = NEXT.exec(text);
    if (!found) return undefined;
    if (found[0].length > 1 || pieces.length === 0) pieces.push(0);
    pieces[pieces.length - 1] = (pieces.at(-1) ?? 0) + 1;
    compact += found[1];
    end = NEXT.lastIndex;
  }
  return { compact: compact.toUpperCase(), end, pieces };
}

/** In one piece, in fours, or each alone; of digits only, in any grouping. A sentence can pass the check of 97 by chance. */
const looksWritten = (compact: string, pieces: readonly number[]): boolean =>
  pieces.length === 1 ||
  pieces.slice(0, -1).every((each) => each === 4) ||
  pieces.every((each) => each === 1) ||
  /^\d+$/.test(compact.slice(4));

function ibanAt(text: string, start: number): Hit | undefined {
  const country = text
    .slice(start, start + 4)
    .replace(/[^A-Za-z]/g, "")
    .slice(0, 2)
    .toUpperCase();
  const length = LENGTHS.get(country);
  const found = length === undefined ? undefined : gathered(text, start, length);
  if (!found || !looksWritten(found.compact, found.pieces) || !isIban(found.compact)) return undefined;
  return { start, end: found.end, class: "iban", value: found.compact };
}

/** International bank account numbers, also right behind a word (`IBANDE89…`). */
export const ibans: Detector = function* (text) {
  BEGIN.lastIndex = 0;
  for (let begin = BEGIN.exec(text); begin; begin = BEGIN.exec(text)) {
    const resume = begin.index + 1;
    const hit = ibanAt(text, begin.index);
    if (hit) yield hit;
    BEGIN.lastIndex = hit ? hit.end : resume;
  }
};
