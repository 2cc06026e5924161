import type { Language } from "./dialogues/dialogue.ts";
import { type Line, policyNumber } from "./products.ts";
import { digits, int, pick, plusDays, type Rng } from "./random.ts";

const names: Readonly<Record<Language, readonly string[]>> = {
  en: [
    "Maya",
    "Tom",
    "Aisha",
    "Joel",
    "Wren",
    "Carla",
    "Devon",
    "Ines",
    "Noah",
    "Sunita",
    "Beth",
    "Omar",
    "Kit",
    "Lena",
  ],
  de: ["Jonas", "Katrin", "Emre", "Sabine", "Felix", "Mara"],
  es: ["Lucía", "Andrés", "Noelia", "Iker", "Marisol", "Hugo"],
  fr: ["Chloé", "Mathieu", "Inès", "Rémi", "Solène", "Yanis"],
};

// Written out by hand: Intl gives other spaces and abbreviations from one version of ICU to the next.
const months: Readonly<Record<Language, readonly string[]>> = {
  en: [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
  ],
  de: [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
  ],
  es: [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
  ],
  fr: [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
  ],
};

const dayText: Readonly<Record<Language, (day: number, month: string) => string>> = {
  en: (day, month) => `${month} ${day}`,
  de: (day, month) => `${day}. ${month}`,
  es: (day, month) => `${day} de ${month}`,
  fr: (day, month) => `${day === 1 ? "1er" : day} ${month}`,
};

const day = (language: Language, moment: Date) =>
  dayText[language](moment.getUTCDate(), months[language][moment.getUTCMonth()] ?? "");

/** $1,240.50, or 1.240,50 € where that is how people write. */
const money = (language: Language, cents: number) => {
  const [thousands, decimal] = language === "en" ? [",", "."] : [language === "fr" ? " " : ".", ","];
  const whole = String(Math.floor(cents / 100)).replace(/\B(?=(\d{3})+$)/g, thousands);
  const rest = cents % 100 === 0 ? "" : decimal + String(cents % 100).padStart(2, "0");
  return language === "en" ? `$${whole}${rest}` : `${whole}${rest} €`;
};

/** Highest usual amount by line, in whole units: a pet's bill is not a roof. */
const usual: Readonly<Record<Line, number>> = {
  home: 4_800,
  motor: 3_200,
  travel: 1_900,
  pet: 1_100,
  device: 620,
  renters: 1_500,
};

type Setting = Readonly<{ language: Language; line: Line; product: string; opened: Date }>;

/** The facts of one conversation: one value per slot, so that a number said twice is the same number. */
export const slotsFor = (rng: Rng, { language, line, product, opened }: Setting) => ({
  name: pick(rng, names[language]),
  policy: policyNumber(rng, line),
  claim: `CL-${opened.getUTCFullYear()}-${digits(rng, 6)}`,
  order: `NW-${int(rng, 10, 99)}${digits(rng, 5)}`,
  product,
  amount: money(language, int(rng, 4_000, usual[line] * 100)),
  // Contracts have round limits.
  limit: money(language, pick(rng, [100_000, 150_000, 250_000, 500_000, 1_000_000])),
  excess: money(language, pick(rng, [5_000, 10_000, 15_000, 25_000, 50_000])),
  past: day(language, plusDays(opened, -int(rng, 3, 24))),
  date: day(language, plusDays(opened, int(rng, 2, 18))),
  days: String(int(rng, 3, 12)),
});
