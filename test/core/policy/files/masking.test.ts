import { describe, expect, it } from "vitest";
import { type Case, loadEdited, sayOf } from "./edited.ts";

const file = "catalogue/resources.yaml";
const FIRST = "resources:\n  - id: support-conversations\n";
const CLAIMS = "filters: { country: text, claim_type: text, amount: number, currency: text, status: text }";
const FILES = "      source: { from: files, formats: [csv] }\n";
const NOTE = "        - { path: note, method: token, class: free-text }\n";
const ARCHIVE = `${NOTE}      filters: { status: text, amount: number, year: number }\n`;
const ITEMS = "      source: { from: items, partitionKey: id }\n";
const AT = "table/latchkey-example-customers\n";
const CUSTOMERS = `${AT}    environment: production
    classification: restricted
    tags: [pii, customers]
    ownerGroup: data-owners
    accessRole: production-data
    maxWindowSeconds: 900
    accesses: [read]
    masking:
${ITEMS}`;
const TABLE = "      filters: { country: text, claim_type: text, amount: number }\n";
const MODEL = "    maxWindowSeconds: 3600\n    accesses: [invoke]\n";
const CLAIMS_ACCESSES = "    accesses: [read, list]\n    masking:\n";

const kept = (path: string) => `        - { path: ${path}, method: keep, class: none }\n`;
const filters = (...lines: string[]) =>
  ["      filters:\n", ...lines.map((line) => `        ${line}\n`)].join("");
const MASKED = "is masked: filters are only on fields whose method is keep";

const cases: Case[] = [
  {
    ...{ rule: "I-60 a filter on a field that is masked", file, find: `      ${CLAIMS}\n` },
    by: filters("country: text", "<here>email: text"),
    says: `resources[6].masking.filters.email: ${MASKED}`,
  },
  {
    ...{ rule: "I-60 a filter on a masked field whose path is quoted", file, find: `      ${CLAIMS}\n` },
    by: filters("country: text", `<here>'"email"': text`),
    says: `resources[6].masking.filters."email": ${MASKED}`,
  },
  {
    ...{ rule: "I-60 a filter on a field of which a range is shown", file, find: `      ${CLAIMS}\n` },
    by: filters("<here>birth_date: text"),
    says: `resources[6].masking.filters.birth_date: ${MASKED}`,
  },
  {
    ...{ rule: "a filter on a field that there is not", file, find: `      ${CLAIMS}\n` },
    by: filters("<here>countries: text"),
    says: "resources[6].masking.filters.countries: is no field of this resource",
  },
  {
    ...{ rule: "I-60 a filter on what holds other fields", file, find: ARCHIVE },
    by: `${NOTE}${filters("status: text", "<here>claimant: text")}`,
    says: "resources[7].masking.filters.claimant: is no field of this resource",
  },
  {
    ...{ rule: "a filter on the elements of a list", file, find: ARCHIVE },
    by: `${NOTE}${kept('"tags[]"')}${filters('<here>"tags[]": text')}`,
    says: "resources[7].masking.filters.tags[]: is inside a list or a map: filters are on single values",
  },
  {
    ...{ rule: "a filter on the values of a map", file, find: ARCHIVE },
    by: `${NOTE}${kept('"marks{}.size"')}${filters('<here>"marks{}.size": number')}`,
    says: "resources[7].masking.filters.marks{}.size: is inside a list or a map: filters are on single values",
  },
  {
    ...{ rule: "a filter on the keys of a map", file, find: ARCHIVE },
    by: `${NOTE}${kept('"marks{key}"')}${filters('<here>"marks{key}": text')}`,
    says: "resources[7].masking.filters.marks{key}: is inside a list or a map: filters are on single values",
  },
  {
    ...{ rule: "rows of a kind that has none", file, find: MODEL },
    by: `${MODEL}    <here>masking:\n${ITEMS}      fields:\n${kept("note")}`,
    says: "resources[17].masking: kind bedrock-model has no rows to be read masked",
  },
  {
    ...{ rule: "masking where nothing can be read", file, find: CLAIMS_ACCESSES },
    by: "    accesses: [list]\n    <here>masking:\n",
    says: "resources[6].masking: is for resources that offer read",
  },
  {
    ...{ rule: "files of a kind that has items", file, find: ITEMS },
    by: "      source:\n        <here>from: files\n        formats: [csv]\n",
    says: "resources[8].masking.source.from: must be items, for kind dynamodb-table",
  },
  {
    ...{ rule: "a query of a kind that has files", file, find: FILES },
    by: "      source: { <here>from: query }\n",
    says: "resources[6].masking.source.from: must be files, for kind s3-prefix",
  },
  {
    ...{ rule: "I-60 a column whose name would be more than a name in SQL", file, find: TABLE },
    by: `        - <here>{ path: '"amount\\" FROM other --"', method: keep, class: none }\n${TABLE}`,
    says: "resources[16].masking.fields[6].path: must be the plain name of a column",
  },
  {
    ...{ rule: "a column that Athena would not know by this name", file, find: TABLE },
    by: `        - <here>{ path: Currency, method: keep, class: none }\n${TABLE}`,
    says: "resources[16].masking.fields[6].path: must be the plain name of a column",
  },
];

describe("a mistake in what is masked is told with its file, line and reason", () => {
  it.each(cases)("$rule", (each) => {
    const { said, expected } = sayOf(each);
    expect(said).toEqual(expected);
  });

  const reasonsOf = (find: string, by: string) =>
    sayOf({ rule: "", file, find, by, says: [] }).said.map((line) => line.replace(/^[^ ]+ /, ""));

  it("an index that may be read, of which nobody knows the partition key", () => {
    const indexes = "    settings:\n      indexes: [by-country, by-plan]\n";
    const known = ITEMS.replace(" }", ", indexes: { by-country: country } }");
    const at = (source: string) =>
      reasonsOf(CUSTOMERS, CUSTOMERS.replace(ITEMS, source).replace(AT, `${AT}${indexes}`));
    expect(at(ITEMS)).toEqual([
      "resources[8].masking.source: does not say the partition key of index by-country",
    ]);
    expect(at(known)).toEqual([
      "resources[8].masking.source: does not say the partition key of index by-plan",
    ]);
    expect(at(known.replace(" } }", ", by-plan: plan } }"))).toEqual([]);
  });

  it("a column within a column, and a filter on it", () => {
    const by = `${kept("claimant.country")}${filters("claimant.country: text")}`;
    expect(reasonsOf(TABLE, by)).toEqual([
      "resources[16].masking.fields[6].path: must be the plain name of a column",
      "resources[16].masking.filters.claimant.country: must be a column",
    ]);
  });

  it("data of another account: the broker's own role reads it, and could not", () => {
    const elsewhere = `accessRoles:\n  - id: production-data\n    account: "210987654321"\n${FIRST}`;
    const only = "masking: is only for resources in the broker's own account";
    expect(reasonsOf(FIRST, elsewhere)).toEqual(
      expect.arrayContaining([`resources[6].${only}`, `resources[7].${only}`, `resources[8].${only}`]),
    );
  });

  it("more than one at once, each of its own place", () => {
    const both = `${filters("email: text", "countries: text")}`;
    expect(reasonsOf(`      ${CLAIMS}\n`, both)).toEqual([
      `resources[6].masking.filters.email: ${MASKED}`,
      "resources[6].masking.filters.countries: is no field of this resource",
    ]);
  });
});

describe("masking that is unusual and right", () => {
  it.each([
    [
      "a filter whose path is quoted otherwise than its field's",
      `      ${CLAIMS}\n`,
      filters(`'"country"': text`),
    ],
    ["no filter at all", `      ${CLAIMS}\n`, ""],
    [
      "a filter on a kept field within another",
      ARCHIVE,
      `${NOTE}${kept("claimant.country")}${filters("claimant.country: text")}`,
    ],
  ])("%s", (_, find, by) => {
    expect(() => loadEdited({ file, find, by })).not.toThrow();
  });
});
