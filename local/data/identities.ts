// Identifiers that look real on a page and are certainly nobody's. Each comment says why that is so, because
// the claims leave this repository as files and somebody will wonder.
import { digits, int, isoDay, pick, type Rng } from "./random.ts";

export type Country = "US" | "GB" | "DE" | "FR";

/** Ranges that the regulators keep free for books and films. */
const phones: Readonly<Record<Country, (rng: Rng) => string>> = {
  // NANPA: 555-0100 to 555-0199 in any area code are for fictional use.
  US: (rng) => `+1-${pick(rng, ["206", "312", "415", "512", "617", "718"])}-555-01${digits(rng, 2)}`,
  // Ofcom, numbers for drama: London 020 7946 0xxx, Leeds 0113 496 0xxx, mobile 07700 900xxx.
  GB: (rng) =>
    pick(rng, [
      `+44 20 7946 0${digits(rng, 3)}`,
      `+44 113 496 0${digits(rng, 3)}`,
      `+44 7700 900${digits(rng, 3)}`,
    ]),
  // Bundesnetzagentur, Mitteilung 148/2021 "Drama Numbers": Berlin 23125 xxx, Hamburg 66969 xxx.
  DE: (rng) => pick(rng, [`+49 30 23125${digits(rng, 3)}`, `+49 40 66969${digits(rng, 3)}`]),
  // ARCEP numbering plan 2.5.12, audiovisual works: 01 99 00 xx xx and 06 39 98 xx xx.
  FR: (rng) =>
    pick(rng, [
      `+33 1 99 00 ${digits(rng, 2)} ${digits(rng, 2)}`,
      `+33 6 39 98 ${digits(rng, 2)} ${digits(rng, 2)}`,
    ]),
};

const nationalIds: Readonly<Record<Country, (rng: Rng, birth: Date) => string>> = {
  // SSA never issues area 9xx nor group 00; the IRS has no ITIN with group 00 either.
  US: (rng) => `9${digits(rng, 2)}-00-${digits(rng, 4)}`,
  // HMRC (NIM39110): no prefix has Q as first or second letter.
  GB: (rng) => `QQ ${digits(rng, 2)} ${digits(rng, 2)} ${digits(rng, 2)} ${pick(rng, ["A", "B", "C", "D"])}`,
  // The German tax number starts with 1 to 9; a leading 0 marks test numbers.
  DE: (rng) => `0${digits(rng, 10)}`,
  // The check key of a French NIR is 97 minus a remainder, so 01 to 97: 00 is never right.
  FR: (rng, birth) =>
    `${int(rng, 1, 2)} ${isoDay(birth).slice(2, 4)} ${isoDay(birth).slice(5, 7)} ${int(rng, 10, 89)} ${digits(rng, 3)} ${digits(rng, 3)} 00`,
};

/** IBAN check digits run from 02 to 98 (ISO 13616), so 00 fails everywhere; there is no routing number 0. */
const accounts: Readonly<Record<Country, (rng: Rng) => string>> = {
  US: (rng) => `000000000/${digits(rng, 10)}`,
  GB: (rng) => `GB00 NWMU ${digits(rng, 4)} ${digits(rng, 4)} ${digits(rng, 4)} ${digits(rng, 2)}`,
  DE: (rng) =>
    `DE00 ${digits(rng, 4)} ${digits(rng, 4)} ${digits(rng, 4)} ${digits(rng, 4)} ${digits(rng, 2)}`,
  FR: (rng) =>
    `FR00 ${digits(rng, 4)} ${digits(rng, 4)} ${digits(rng, 4)} ${digits(rng, 4)} ${digits(rng, 4)} ${digits(rng, 3)}`,
};

export const phone = (rng: Rng, country: Country) => phones[country](rng);
export const nationalId = (rng: Rng, country: Country, birth: Date) => nationalIds[country](rng, birth);
export const payoutAccount = (rng: Rng, country: Country) => accounts[country](rng);

/** Domains of RFC 2606: mail to them reaches nobody. `name` is Latin text, accents allowed. */
export const email = (rng: Rng, name: string) => {
  const words = name
    .toLowerCase()
    .replace(/[łßøæđ]/g, (letter) => ({ ł: "l", ß: "ss", ø: "o", æ: "ae" })[letter] ?? "d")
    .normalize("NFD")
    .replace(/[^a-z ]/g, "")
    .split(" ")
    .filter((word) => word !== "");
  const [first = "", last = ""] = [words.at(0), words.at(-1)];
  const mailbox = pick(rng, [
    `${first}.${last}`,
    `${first.slice(0, 1)}.${last}`,
    `${first}_${last}`,
    `${last}.${first}`,
  ]);
  return `${mailbox}${int(rng, 10, 99)}@${pick(rng, ["example.com", "example.org", "example.net"])}`;
};
