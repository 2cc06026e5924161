import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { literalOf, selectOf } from "../../../functions/core/masking/sql.ts";
import { anyCharacter } from "../../fakes/any-character.ts";

const base = { database: "northwind", table: "claims", columns: ["claim_id"], filters: [], limit: 10 };
const filtered = (value: string) =>
  selectOf({ ...base, filters: [{ names: ["country"], is: "=", type: "text", value }] });

/** What a reader of SQL makes of a text literal: its value, and what follows it. */
function readLiteral(sql: string): { value: string; rest: string } {
  if (!sql.startsWith("'")) throw new Error("no literal");
  let value = "";
  for (let at = 1; at < sql.length; at += 1) {
    if (sql[at] !== "'") value += sql[at];
    else if (sql[at + 1] === "'") {
      value += "'";
      at += 1;
    } else return { value, rest: sql.slice(at + 1) };
  }
  throw new Error("a literal without an end");
}

describe("a SELECT for masked rows", () => {
  it("I-60 has a value as data, whatever is in it, or none at all", () => {
    const start = `SELECT "claim_id" FROM "northwind"."claims" WHERE try_cast("country" AS varchar) = `;
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 60 }), (value) => {
        const sql = filtered(value);
        if (sql === undefined) return;
        expect(sql.startsWith(start)).toBe(true);
        expect(readLiteral(sql.slice(start.length))).toEqual({ value, rest: " LIMIT 10" });
      }),
    );
  });

  it.each([
    "US' OR '1'='1",
    "'; DROP TABLE claims; --",
    "\\' OR 1=1 --",
    "'' UNION SELECT full_name FROM claims --",
    "US'/*",
    "’ OR ’1’=’1",
  ])("I-60 takes %s for a value", (value) => {
    const sql = filtered(value) ?? "";
    expect(readLiteral(sql.slice(sql.indexOf(" = ") + 3))).toEqual({ value, rest: " LIMIT 10" });
  });

  it("refuses what no literal can hold", () => {
    for (const value of ["a\u0000b", "a\nb", "a\u2028b", "\ud800"]) expect(filtered(value)).toBeUndefined();
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) expect(literalOf(value)).toBeUndefined();
    expect([literalOf(1.5), literalOf(-1e21), literalOf(true)]).toEqual([
      "CAST('1.5' AS double)",
      "CAST('-1e+21' AS double)",
      "TRUE",
    ]);
  });

  it("names columns as names, quotes and all", () => {
    expect(selectOf({ ...base, columns: ['a" FROM secrets --'] })).toBe(
      'SELECT "a"" FROM secrets --" FROM "northwind"."claims" LIMIT 10',
    );
  });

  it("is within the partitions of the grant, and nowhere when it names none", () => {
    expect(selectOf({ ...base, partitions: ["month=2026-11/region=eu", "month=o'1"] })).toBe(
      `SELECT "claim_id" FROM "northwind"."claims" WHERE ((CAST("month" AS varchar) = '2026-11' AND CAST("region" AS varchar) = 'eu') OR (CAST("month" AS varchar) = 'o''1')) LIMIT 10`,
    );
    expect(selectOf({ ...base, partitions: [] })).toBeUndefined();
    expect(selectOf({ ...base, partitions: ["month"] })).toBeUndefined();
  });
});
