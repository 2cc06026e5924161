import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { claimColumns, claims, claimsCsv, csvObjects } from "../../local/data/claims.ts";
import { type Conversation, conversationObjects, conversations } from "../../local/data/conversations.ts";
import { features } from "../../local/data/features.ts";
import { medicalReports } from "../../local/data/medical.ts";
import { int, pick, random, shuffled, weighted } from "../../local/data/random.ts";

const seed = 20_260_401;

const everything = (from: number) => ({
  conversations: conversationObjects(conversations(from)),
  claims: csvObjects(claims(from)),
  features: features(from),
  medical: medicalReports(from),
});
const data = everything(seed);
const texts = [...data.conversations, ...data.claims, ...data.medical]
  .map((object) => object.body)
  .join("\n");
const sha256 = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex");

describe("the example data", () => {
  it("is the same, byte for byte, from the same seed", () => {
    expect(sha256(everything(seed))).toBe(sha256(data));
  });

  it.each(["conversations", "claims", "features", "medical"] as const)(
    "has other %s from another seed",
    (part) => {
      expect(sha256(everything(seed + 1)[part])).not.toBe(sha256(data[part]));
    },
  );

  it("takes less than a second to generate", () => {
    const runs = [1, 2, 3].map((run) => {
      const start = performance.now();
      everything(seed + run);
      return performance.now() - start;
    });
    // The best of three: what the machine does besides is not what is measured.
    expect(Math.min(...runs)).toBeLessThan(1_000);
  });

  it("names no domain but those of RFC 2606", () => {
    // What stands before an @ has dots as well and is no domain.
    const domains = texts.replace(/[\w.]+@/g, "@").match(/[\p{L}\d-]+(?:\.[\p{L}\d-]+)*\.\p{L}{2,}/gu) ?? [];
    expect(new Set(domains)).toEqual(new Set(["example.com", "example.org", "example.net"]));
  });

  it("has phone numbers only in ranges kept free for fiction", () => {
    const fictional =
      /^(\+1-\d{3}-555-01\d\d|\+44 (20 7946|113 496) 0\d{3}|\+44 7700 900\d{3}|\+49 (30 23125|40 66969)\d{3}|\+33 (1 99 00|6 39 98) \d\d \d\d)$/;
    const phones = texts.match(/\+\d[\d -]{6,}\d/g) ?? [];
    expect(phones.length).toBeGreaterThan(2_000);
    expect(phones.filter((phone) => !fictional.test(phone))).toEqual([]);
  });

  it("leaves no slot of a template unfilled", () => {
    expect(texts).not.toMatch(/\{\w+\}|undefined|NaN/);
  });
});

describe("support conversations", () => {
  const read = data.conversations.flatMap(({ body }) =>
    body
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Conversation),
  );

  it("are 3,000, each line one, each id once", () => {
    expect(read).toEqual(conversations(seed));
    expect(new Set(read.map((one) => one.id)).size).toBe(3_000);
    expect(conversations(seed, 17)).toHaveLength(17);
  });

  it("lie under the month they were opened in, at most 200 a part, parts without a gap", () => {
    for (const { key, body } of data.conversations) {
      expect(key).toMatch(/^support\/20\d\d\/(0[1-9]|1[0-2])\/part-\d{3}\.jsonl$/);
      const lines = body.trimEnd().split("\n");
      expect(lines.length).toBeLessThanOrEqual(200);
      const month = key.slice(8, 15).replace("/", "-");
      expect(lines.every((line) => line.includes(`"opened":"${month}`))).toBe(true);
    }
    const keys = data.conversations.map((object) => object.key);
    expect(keys).toEqual([...new Set(keys)].sort());
    expect(keys.filter((key) => key.endsWith("part-000.jsonl"))).toHaveLength(6);
  });

  it("have three to nine turns, the customer first, in order of time", () => {
    for (const { turns, opened } of read) {
      expect(turns.length).toBeGreaterThanOrEqual(3);
      expect(turns.length).toBeLessThanOrEqual(9);
      expect(turns.map((turn) => turn.role)).toEqual(turns.map((_, i) => (i % 2 ? "assistant" : "user")));
      const times = turns.map((turn) => turn.at);
      expect(times).toEqual([...times].sort());
      expect(times[0]).toBe(opened);
    }
  });

  it("hold no contact data, as cleaned training data should", () => {
    const said = read.flatMap((one) => one.turns.map((turn) => turn.text)).join("\n");
    expect(said).not.toMatch(/@|\+\d|\d{3}-\d{2}-\d{4}/);
  });

  it("differ from one another", () => {
    const said = read.map((one) => one.turns.map((turn) => turn.text).join("\n"));
    expect(new Set(said).size).toBeGreaterThan(2_950);
  });
});

describe("claims", () => {
  const rows = claims(seed);

  it("are 2,000, each id once, in four quarters", () => {
    expect(new Set(rows.map((row) => row.claim_id)).size).toBe(2_000);
    expect(claims(seed, 9)).toHaveLength(9);
    expect(data.claims.map((object) => object.key)).toEqual([
      "2025/q2/claims.csv",
      "2025/q3/claims.csv",
      "2025/q4/claims.csv",
      "2026/q1/claims.csv",
    ]);
  });

  it("come back cell by cell from an independent reader of RFC 4180", () => {
    const cells = rows.map((row) => claimColumns.map((column) => row[column]));
    expect(readCsv(claimsCsv(rows))).toEqual([[...claimColumns], ...cells]);
    expect(data.claims.flatMap((object) => readCsv(object.body).slice(1))).toEqual(cells);
  });

  it("contain what breaks careless readers", () => {
    const nasty = [
      /,/,
      /"/,
      /\n/,
      /[À-ſ]/,
      /\p{Script=Han}/u,
      /\p{Script=Hangul}/u,
      /\p{Script=Arabic}/u,
      /\p{Script=Hebrew}/u,
    ];
    const cells = rows.flatMap((row) => [row.full_name, row.address, row.adjuster_note]);
    for (const pattern of nasty) expect(cells.some((cell) => pattern.test(cell))).toBe(true);
  });

  it("have identifiers that cannot be anybody's", () => {
    // identities.ts says why each of these is never issued.
    const invalid = { US: /^9\d\d-00-\d{4}$/, GB: /^QQ /, DE: /^0\d{10}$/, FR: / 00$/ };
    const account = { US: /^000000000\/\d{10}$/, GB: /^GB00 /, DE: /^DE00 /, FR: /^FR00 / };
    for (const row of rows) {
      const country = row.country as keyof typeof invalid;
      expect(row.national_id).toMatch(invalid[country]);
      expect(row.payout_account).toMatch(account[country]);
    }
  });

  it("happen before they are reported and close after", () => {
    for (const row of rows) {
      expect(row.incident_date <= row.reported_date).toBe(true);
      expect(row.closed_date === "" || row.closed_date > row.reported_date).toBe(true);
      expect(["settled", "declined", "withdrawn"].includes(row.status)).toBe(row.closed_date !== "");
    }
  });

  it("show one person with the same data in every claim", () => {
    const people = new Map(rows.map((row) => [row.customer_id, row]));
    expect(people.size).toBeLessThan(rows.length);
    for (const row of rows) expect(row.national_id).toBe(people.get(row.customer_id)?.national_id);
  });
});

describe("medical reports", () => {
  it("are 24, each of a claim that is there and named after it", () => {
    const rows = new Map(claims(seed).map((row) => [row.claim_id, row]));
    expect(data.medical).toHaveLength(24);
    for (const { key, body } of data.medical) {
      const row = rows.get(key.replace(".txt", ""));
      expect(body).toContain(`Patient: ${row?.full_name}, customer ${row?.customer_id}\n`);
    }
    expect(medicalReports(seed, 3)).toHaveLength(3);
  });
});

describe("features", () => {
  it("are 1,200 items of 300 customers, each key once", () => {
    expect(data.features).toHaveLength(1_200);
    expect(new Set(data.features.map((item) => item.entity)).size).toBe(300);
    expect(new Set(data.features.map((item) => `${item.entity} ${item.feature}`)).size).toBe(1_200);
    expect(features(seed, 10)).toHaveLength(10);
  });

  it("have well-formed keys and finite values", () => {
    for (const { entity, feature, value, updatedAt } of data.features) {
      expect(entity).toMatch(/^customer#C-\d{6}$/);
      expect(feature).toMatch(/^[a-z]\w*#v[1-9]$/);
      expect(Number.isFinite(value)).toBe(true);
      expect(updatedAt).toMatch(/^2026-03-\d\dT\d\d:\d\d:\d\dZ$/);
    }
  });
});

describe("seeded randomness", () => {
  it("gives each label a stream of its own", () => {
    expect(random(1, "a")()).toBe(random(1, "a")());
    expect(random(1, "a")()).not.toBe(random(1, "b")());
  });

  it("stays in range and reaches both ends", () => {
    const rng = random(1, "range");
    expect(new Set(Array.from({ length: 200 }, () => int(rng, 2, 5)))).toEqual(new Set([2, 3, 4, 5]));
    expect([...shuffled(rng, [1, 2, 3, 4])].sort()).toEqual([1, 2, 3, 4]);
  });

  it("never picks what has no weight, and refuses to pick from nothing", () => {
    const rng = random(1, "weights");
    const drawn = Array.from({ length: 100 }, () =>
      weighted(rng, [
        ["never", 0],
        ["always", 1],
      ]),
    );
    expect(new Set(drawn)).toEqual(new Set(["always"]));
    expect(() => weighted(rng, [["never", 0]])).toThrow(RangeError);
    expect(() => pick(rng, [])).toThrow(RangeError);
  });
});

/** Written from the grammar of RFC 4180 section 2, not from the writer. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let cells: string[] = [];
  for (let at = 0; at < text.length; ) {
    let cell = "";
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (at >= text.length) throw new Error("a quoted cell has no end");
        cell += text[at];
        if (text[at] === '"') at++;
      }
      at++;
    } else {
      while (at < text.length && !',"\r\n'.includes(text.charAt(at))) cell += text[at++];
    }
    cells.push(cell);
    if (text[at] === ",") at++;
    else if (text.startsWith("\r\n", at)) {
      rows.push(cells);
      cells = [];
      at += 2;
    } else throw new Error(`neither a comma nor the end of a line at ${at}`);
  }
  return rows;
}
