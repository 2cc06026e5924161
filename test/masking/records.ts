import type { Faker } from "@faker-js/faker";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { nationalIdOf } from "./ids.ts";
import { ambiguous, type Locale, locales } from "./locales.ts";

/** The classes that detectors find. */
export const DETECTED = ["email", "card", "iban", "phone", "national-id", "ip"] as const;
export type Detected = (typeof DETECTED)[number];

/** A sentence in which one value stands, and where. */
export type Planted = { locale: string; class: Detected; value: string; text: string; start: number };

/** A number that the country has: the generator also makes some that nobody could call. */
function phoneOf({ faker, country }: Locale): string {
  for (;;) {
    const style = faker.helpers.arrayElement(["national", "international"] as const);
    const number = faker.phone.number({ style });
    if (parsePhoneNumberFromString(number, country)?.isValid()) return number;
  }
}

const makers: Record<Detected, (locale: Locale) => string> = {
  email: ({ faker }) => faker.internet.email(),
  card: ({ faker }) => faker.finance.creditCardNumber(),
  iban: ({ faker }) => faker.finance.iban({ formatted: faker.datatype.boolean() }),
  phone: phoneOf,
  "national-id": ({ name, faker }) => nationalIdOf(name, faker),
  ip: ({ faker }) => (faker.datatype.boolean() ? faker.internet.ipv4() : faker.internet.ipv6()),
};

/** So that no run differs from another: the same numbers, and the same day. */
function started(faker: Faker, seed: number): void {
  faker.seed(seed);
  faker.setDefaultRefDate("2026-01-01T00:00:00Z");
}

/** For each locale and class that many sentences with a known value. */
export function planted(count: number, seed: number): Planted[] {
  return locales.flatMap((locale) => {
    started(locale.faker, seed);
    return DETECTED.flatMap((name) =>
      Array.from({ length: count }, (_, index) => {
        const value = makers[name](locale);
        const sentence = locale.sentences[index % locale.sentences.length] ?? "{}";
        return {
          locale: locale.name,
          class: name,
          value,
          start: sentence.indexOf("{}"),
          text: sentence.replace("{}", () => value),
        };
      }),
    );
  });
}

/** # is any digit, ! one from 1 to 9. */
const filled = (faker: Faker, sentences: readonly string[], count: number): string[] =>
  Array.from({ length: count }, (_, index) =>
    (sentences[index % sentences.length] ?? "").replace(/[#!]/g, (sign) =>
      faker.string.numeric({ length: 1, exclude: sign === "!" ? ["0"] : [] }),
    ),
  );

/** For each locale that many sentences with numbers and nothing personal. */
export const harmless = (count: number, seed: number): string[] =>
  locales.flatMap(({ faker, harmless: sentences }) => {
    started(faker, seed);
    return filled(faker, sentences, count);
  });

/** Numbers that may or may not be somebody's. */
export function undecidable(count: number, seed: number): string[] {
  const [{ faker } = { faker: undefined }] = locales;
  if (!faker) return [];
  started(faker, seed);
  return filled(faker, ambiguous, count);
}
