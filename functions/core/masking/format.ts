import { base32 } from "../ids.ts";
import type { FieldClass } from "./classes.ts";
import { isCard } from "./text/cards.ts";
import { isIban } from "./text/ibans.ts";
import { isNationalId } from "./text/national-ids.ts";
import { isCallable, isNational } from "./text/numbering.ts";
import type { Tokens } from "./tokens.ts";

/** Bytes that follow from value, class and grant, as many as are asked for. */
type Seeded = (count: number) => Buffer;

function seededBy(tokens: Tokens, name: FieldClass, value: string, attempt: number): Seeded {
  let block = 0;
  let rest = Buffer.alloc(0);
  return (count) => {
    while (rest.length < count) {
      rest = Buffer.concat([rest, tokens.mac(name, value, `format ${attempt} ${block}`)]);
      block += 1;
    }
    const taken = rest.subarray(0, count);
    rest = rest.subarray(count);
    return taken;
  };
}

const DIGITS = "0123456789";
/** What stands between the parts of an identifier in any script. */
const SEPARATES = /[\x20-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e\p{Zs}\p{Pd}]/u;
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const pick = (from: string | readonly string[], seeded: Seeded): string =>
  from[seeded(4).readUInt32BE() % from.length] as string;

/** Each digit for a digit, each letter for a letter of its case; separators stay. Marks, signs and what else may spell a value become letters. */
const alike = (value: string, seeded: Seeded): string =>
  [...value.normalize("NFKC")]
    .map((each) => {
      if (/\p{Nd}/u.test(each)) return pick(DIGITS, seeded);
      if (/\p{Lu}/u.test(each)) return pick(UPPER, seeded);
      return SEPARATES.test(each) ? each : pick(UPPER, seeded).toLowerCase();
    })
    .join("");

const FIRST =
  "Alex Bela Chris Dana Eli Fenna Gabi Hanno Ines Jona Kim Luca Mika Noa Olli Pat Quinn Robin Sascha Toni Uli Vanja Wim Xeni Yuri Zoe".split(
    " ",
  );
const LAST =
  "Ahorn Birk Cedar Dorn Esche Farn Ginko Hasel Iris Jasmin Klee Linde Malve Nelke Olive Palma Quitte Rowan Salix Tanne Ulme Veil Weide Xylo Yarrow Zeder".split(
    " ",
  );

/** E.164 has no country 999: https://www.itu.int/pub/T-SP-E.164D */
const phone = (value: string, seeded: Seeded): string =>
  alike(value, seeded).replace(/^(\s*(?:\+|00)\D{0,2})(\d\D{0,2}){3}/, (_, sign: string) => `${sign}999 `);

/** RFC 2606, section 3: nobody has an address at example.com. RFC 2544 and 3849: nor in these networks. */
const forms: Partial<Record<FieldClass, (value: string, seeded: Seeded) => string>> = {
  email: (_, seeded) => `${base32(seeded(8), 12)}@example.com`,
  name: (_, seeded) => `${pick(FIRST, seeded)} ${pick(LAST, seeded)}`,
  ip: (value, seeded) =>
    value.includes(":")
      ? `2001:db8:${seeded(2).toString("hex")}::${seeded(2).toString("hex")}`
      : `198.${18 + ((seeded(1)[0] ?? 0) % 2)}.${seeded(1)[0]}.${seeded(1)[0]}`,
  phone,
};

const compact = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, "").toUpperCase();

/** What could be somebody's. */
const isSomebodys: Partial<Record<FieldClass, (value: string) => boolean>> = {
  card: (value) => isCard(compact(value)),
  iban: (value) => isIban(compact(value)),
  "national-id": (value) => isNationalId(compact(value)),
  phone: (value) => !/^\s*(\+|00)/.test(value) && (isNational(compact(value)) || isCallable(compact(value))),
};

/** Nothing that has a format is as long; what is made costs as much for each of its letters. */
const LONGEST = 512;
/** A shape as short as "7" has so few others that trying comes to an end. */
const ATTEMPTS = 64;

/**
 * A plausible value of the same shape for tests, the same for the same value in one grant. Never the value itself, and no
 * card, account, national id or phone number that passes the check of a real one.
 */
export function formatted(name: FieldClass, value: string | number, tokens: Tokens): string | number {
  const text = String(value);
  if (text.length > LONGEST)
    return typeof value === "number" ? tokens.number(name, value) : tokens.text(name, text);
  const make = forms[name] ?? alike;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const made = make(text, seededBy(tokens, name, text, attempt));
    if (compact(made) === compact(text) || isSomebodys[name]?.(made)) continue;
    if (typeof value === "string") return made;
    const number = Number(made);
    if (Number.isSafeInteger(number) && String(number).length === text.length) return number;
  }
  // No such value came about (nothing in it can be changed, or it is a fraction): the token says as much.
  return typeof value === "number" ? tokens.number(name, value) : tokens.text(name, value);
}
