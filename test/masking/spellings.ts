/** The ways in which a value is written to get it past a filter. */
const each = (value: string, change: (letter: string) => string): string => [...value].map(change).join("");
const hex = (letter: string, width: number): string =>
  (letter.codePointAt(0) ?? 0).toString(16).padStart(width, "0");
const ALPHANUMERIC = /[\p{L}\p{N}]/u;
const LIKE: Record<string, string> = {
  a: "а",
  e: "е",
  o: "о",
  p: "р",
  c: "с",
  x: "х",
  i: "і",
  A: "А",
  B: "В",
  E: "Е",
  K: "К",
  M: "М",
  H: "Н",
  O: "О",
  P: "Р",
  C: "С",
  T: "Т",
  X: "Х",
};
const bytes = (value: string): string[] =>
  [...Buffer.from(value, "utf8")].map((byte) => byte.toString(16).padStart(2, "0"));

export const spellings: Record<string, (value: string) => string> = {
  "full-width letters": (value) =>
    each(value, (letter) =>
      letter > " " && letter <= "~" ? String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0) : letter,
    ),
  "Cyrillic look-alikes": (value) => each(value, (letter) => LIKE[letter] ?? letter),
  "Arabic-Indic digits": (value) =>
    each(value, (letter) => (/\d/.test(letter) ? String.fromCodePoint(0x660 + Number(letter)) : letter)),
  "mathematical digits": (value) =>
    each(value, (letter) => (/\d/.test(letter) ? String.fromCodePoint(0x1d7ce + Number(letter)) : letter)),
  "zero-width characters": (value) => [...value].join("\u200b"),
  "soft hyphens": (value) => [...value].join("\u00ad"),
  "bidi marks": (value) => `\u202a${[...value].join("\u200e")}\u202c`,
  "JSON escapes": (value) =>
    each(value, (letter) => (/[a-z]/i.test(letter) ? letter : `\\u${hex(letter, 4)}`)),
  "JSON escapes throughout": (value) => each(value, (letter) => `\\u${hex(letter, 4)}`),
  "HTML entities": (value) => each(value, (letter) => `&#${letter.codePointAt(0)};`),
  "percent encoding": (value) =>
    bytes(value)
      .map((byte) => `%${byte}`)
      .join(""),
  "percent encoding, twice": (value) =>
    bytes(value)
      .map((byte) => `%25${byte}`)
      .join(""),
  "quoted-printable": (value) =>
    bytes(value)
      .map((byte) => `=${byte.toUpperCase()}`)
      .join(""),
  base64: (value) => Buffer.from(value, "utf8").toString("base64"),
  "base64 behind a word": (value) => `data${Buffer.from(value, "utf8").toString("base64")}`,
  "base64, twice": (value) => Buffer.from(Buffer.from(value, "utf8").toString("base64")).toString("base64"),
  hex: (value) => bytes(value).join(""),
  "upper case": (value) => value.toUpperCase(),
};

/** Only numbers are written so; an address with spaces in it is none. */
export const numberSpellings: Record<string, (value: string) => string> = {
  "a space between all digits": (value) => [...value].filter((letter) => ALPHANUMERIC.test(letter)).join(" "),
  "a dot between all digits": (value) => [...value].filter((letter) => ALPHANUMERIC.test(letter)).join("."),
  "long dashes as separators": (value) => value.replace(/[ .-]/g, "\u2013"),
  "no-break spaces as separators": (value) => value.replace(/[ .-]/g, "\u00a0"),
};
