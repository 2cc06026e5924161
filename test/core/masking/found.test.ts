import { describe, expect, it } from "vitest";
import { allDetectors } from "../../../functions/core/masking/text/detectors.ts";
import { maskText } from "../../../functions/core/masking/text/mask-text.ts";
import { isNationalId } from "../../../functions/core/masking/text/national-ids.ts";
import type { Tokens } from "../../../functions/core/masking/tokens.ts";
import { spellings } from "../../masking/spellings.ts";

/** Instead of a token what was found, as its class would have it. */
const tokens = { text: (name, value) => `[${name} ${JSON.stringify(value)}]` } as Pick<
  Tokens,
  "text"
> as Tokens;
const shown = (text: string): string =>
  maskText(text, { detectors: allDetectors, tokens, known: [] }).text.replace(/[^\x20-\x7e]/gu, (letter) =>
    JSON.stringify(letter)
      .slice(1, -1)
      .replace(/[^\x20-\x7e]/gu, (odd) => `\\u{${odd.codePointAt(0)?.toString(16)}}`),
  );

/** Of each country one id that its authority, or whoever describes it, gives as an example or that its check accepts. */
const IDS: Readonly<Record<string, string>> = {
  DE: "86095742719",
  FR: "255081416802538",
  NL: "111222333",
  PL: "44051401359",
  SE: "8112189876",
  "SE with its century": "198112189876",
  "SE for coordination": "7010632391",
  BR: "12345678909",
  CH: "7569217076985",
  BE: "85073003328",
  "BE born after 2000": "17073003384",
  NO: "01019030071",
  JP: "123456789018",
  US: "536221234",
  "US for taxes": "912701234",
  ES: "12345678Z",
  "ES for foreigners": "X1234567L",
  IT: "RSSMRA85T10A562S",
  GB: "AB123456C",
};

const VALUES: readonly string[] = [
  ...[
    "anna.schmidt@example.org",
    "a@b.io",
    '"anna s"@example.org',
    "root@localhost",
    "анна@пример.рф",
    ".a.@x.de",
  ],
  ...[
    "anna @ example.org",
    "anna (at) example dot org",
    "anna AT example DOT org",
    "anna[at]example.org",
    "at home dot com",
    "anna at example dot org",
    "anna@example",
    "anna@ab",
    "..anna@x.de",
    '"@x.de',
    "a  @  x.de",
    "a   @ x.de",
    "@example.org",
    "anna @ localhost",
    "x@y.z",
    "anna@münchen.de",
    "anna AT home",
  ],
  ...[
    "4111 1111 1111 1111",
    "4111111111111111",
    "371449635398431",
    "6011 0009 9013 9424",
    "4111 1111 1111 1112",
    "0000000000000000",
  ],
  ...[
    "DE89 3704 0044 0532 0130 00",
    "DE89370400440532013000",
    "D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 0",
    "DE893 70400 44053 2013000",
    "GB82WES T12345698765432",
    "GB82 WEST 1234 5698 7654 32",
    "G B82WEST12345698765432",
    "MT84MALT011000012345MTLCAST001S",
    "de89370400440532013000",
    "DE89-3704-0044-0532-0130-00",
    "xDE89370400440532013000y",
    "GB82WEST12345698765432",
    "DE89 3704 0044 0532 0130 01",
    "NO9386011117947",
  ],
  ...[
    "192.168.1.10",
    "256.1.1.1",
    "1.2.3",
    "2001:db8:85a3::8a2e:370:7334",
    "fe80::1%eth0",
    "::",
    "::1",
    "12:30:45",
  ],
  ...[
    "+49 171 1234567",
    "0049 171 1234567",
    "030 12345678",
    "(415) 555-2671",
    "+44 7700 900123",
    "12345678",
    "1 2 3 4 5 6 7 8 9 0",
  ],
  ...[
    "+1-415-555-2671",
    "171/1234567",
    "01234",
    "+123",
    "0171 12 34 56 78",
    "00 49 30 123456",
    "49301234567",
  ],
  ...[
    "536-22-1234",
    "536 22 1234",
    "536221234",
    "756.9217.0769.85",
    "123.456.789-09",
    "111.222.333",
    "131052-308T",
    "111-11-1111",
  ],
  ...[
    "86 095 742 719",
    "2 55 08 14 168 025 38",
    "AB 12 34 56 C",
    "BG 12 34 56 C",
    "85.07.30-033.28",
    "011299 55131",
    "1234 5678 9018",
  ],
];
const CONTEXTS: readonly ((value: string) => string)[] = [
  (value) => value,
  (value) => `see ${value}.`,
  (value) => `(${value}), too`,
  (value) => `x${value}`,
  (value) => `${value}x`,
  (value) => `7${value}`,
  (value) => `${value}7`,
  (value) => `7 ${value}`,
  (value) => `${value} 7`,
  (value) => `${value}-${value}`,
  (value) => `${value} ${value}`,
  (value) => `tel. ${value}`,
  (value) => `SSN: ${value}`,
  (value) => `{"n":"${value}"}`,
  (value) => `v ${Buffer.from(value).toString("base64")} w`,
  (value) => `v ${Buffer.from(value).toString("hex")} w`,
  (value) => `v ${encodeURIComponent(value)} w`,
];

const changes = (id: string): string[] =>
  [...id].flatMap((letter, at) => {
    const others = /\d/.test(letter) ? "0123456789" : "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return [...others]
      .filter((other) => other !== letter)
      .map((other) => id.slice(0, at) + other + id.slice(at + 1));
  });

describe("what is found in a text", () => {
  it("I-60 is what was found when somebody last read found.txt: each kind of value in each surrounding and spelling", async () => {
    const lines = [
      "# Each value in surroundings. What was found stands in brackets, with its class.",
      ...VALUES.flatMap((value) => ["", `## ${value}`, ...CONTEXTS.map((around) => shown(around(value)))]),
      "",
      "# Two values in each spelling.",
      ...Object.entries(spellings).map(
        ([name, write]) =>
          `${name}: ${shown(`a ${write("anna.schmidt@example.org")} b ${write("4111 1111 1111 1111")} c`)}`,
      ),
    ];
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("./found.txt");
  });
});

describe("an id of a person", () => {
  it.each(Object.entries(IDS))("of %s is one: %s", (_, id) => {
    expect(isNationalId(id)).toBe(true);
    expect(isNationalId(`${id}${id}`)).toBe(false);
    expect(isNationalId("")).toBe(false);
  });

  it("is none with another letter or digit, but for those of ids.txt, which another check of that length accepts", async () => {
    const lines = Object.entries(IDS).map(([name, id]) => {
      const ids = changes(id).filter(isNationalId);
      return `${name} ${id}: ${ids.length} of ${changes(id).length}: ${ids.join(" ")}`;
    });
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("./ids.txt");
  });
});
