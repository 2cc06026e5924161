import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventsTable } from "../../../functions/core/audit/columns.ts";
import {
  executionParameters,
  namedQueries,
  renderQuery,
} from "../../../functions/core/audit/named-queries.ts";
import { usageTable } from "../../../functions/core/audit/usage.ts";
import { values } from "./query-values.ts";

const good: Record<string, Record<string, string>> = {
  ...Object.fromEntries(namedQueries.map((query) => [query.name, values(query)])),
  "refusals-by-agent": { from: "2026-11-21T00:00:00Z", to: "2026-11-22T00:00:00.500Z" },
};

// What the local engine has not, or has under another name (see local-aws.md), and what would hide a copy.
const NOT_IN_BOTH =
  /json_|from_iso8601|date_format|to_unixtime|regexp_like|approx_distinct|listagg|string_agg|array_join|array_to_string|strptime|->|::|\bILIKE\b|\bQUALIFY\b/i;

describe.each(namedQueries.map((query) => [query.name, query] as const))("the query %s", (name, query) => {
  test("keeps to the SQL that both engines have", () => {
    expect(query.sql.replace(/'[^']*'/g, "''")).not.toMatch(NOT_IN_BOTH);
    // A quote mark is there only inside a text: as of the JSON of a scope.
    expect(query.sql.replace(/'[^']*'/g, "''")).not.toMatch(/;|--|\/\*|"/);
    // What the two understand differently: division, and the units of a difference.
    expect(query.sql.replace(/'[^']*'/g, "''")).not.toMatch(/\//);
    expect(query.sql).not.toMatch(/date_diff\('(?!millisecond')/);
  });

  test("reads tables through what takes each id once and holds its copies against each other", () => {
    for (const [table, once] of [
      [eventsTable.qualified, "events_once"],
      [usageTable.qualified, "usage_once"],
    ] as const) {
      const reads = query.sql.split(new RegExp(`\\b${table}\\b`)).length - 1;
      expect([0, 2]).toContain(reads);
      if (reads > 0) expect(query.sql).toContain(`copy_number = 1 AND (SELECT agree FROM ${once}_copies)`);
    }
    expect(query.sql).toContain(eventsTable.qualified);
  });

  test("uses every parameter that it names, and no other", () => {
    expect([...new Set(query.athenaParameters)].sort()).toEqual(
      query.parameters.map((each) => each.name).sort(),
    );
  });

  test("has a ? for each value on AWS, in order", () => {
    expect(query.forAthena).not.toContain("{{");
    expect(query.forAthena.split("?")).toHaveLength(query.athenaParameters.length + 1);
    const values = executionParameters(name, good[name] ?? {});
    let next = 0;
    expect(query.forAthena.replaceAll("?", () => values[next++] ?? "")).toBe(
      renderQuery(name, good[name] ?? {}),
    );
  });

  test("needs every parameter, and takes no other", () => {
    const values = good[name] ?? {};
    for (const missing of Object.keys(values)) {
      const rest = Object.fromEntries(Object.entries(values).filter(([key]) => key !== missing));
      expect(() => renderQuery(name, rest)).toThrow(`needs ${missing}`);
    }
    expect(() => renderQuery(name, { ...values, more: "x" })).toThrow("no parameter more");
    expect(() => renderQuery(name, Object.create(values))).toThrow("needs");
  });
});

describe("I-53 values in SQL", () => {
  const hostile = [
    "'; DROP TABLE events; --",
    "x' OR '1'='1",
    "a b",
    "a;b",
    "a\\'b",
    "a\nb",
    "a\0b",
    "=cmd|' /C calc'!A0",
    "-- x",
    "%",
    "{{resource}}",
    "$&",
    "ana\u2019s",
    "ａ",
    "",
    " x",
    "'",
    "a".repeat(257),
  ];
  test.each(hostile)("refuses %j as a text", (value) => {
    expect(() => renderQuery("grant-timeline", { grant: value })).toThrow("grant is not a plain id");
  });

  test.each([
    "2026-11-21",
    "2026-11-21 09:30:00",
    "2026-11-21T09:30:00",
    "2026-11-21T09:30:00+01:00",
    "2026-02-30T00:00:00Z",
    // Ninety days on it is the year 10000, which as a text is before every day of the record: nobody would ever be found.
    "9999-12-31T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "2026-11-21T24:00:00Z",
    "2026-13-01T00:00:00Z",
    "now",
    "2026-11-21T09:30:00Z' OR true --",
    "2026-11-21T09:30:00Z\n",
    "",
  ])("refuses %j as a time", (value) => {
    expect(() => renderQuery("who-had-access", { resource: "claims", at: value })).toThrow("at is not a");
  });

  test.each([1, null, undefined, ["claims"], {}])("refuses %j, which is no text", (value) => {
    expect(() => renderQuery("grant-timeline", { grant: value as unknown as string })).toThrow(
      "grant is not a text",
    );
  });

  test("doubles a quote, which e-mail addresses may have", () => {
    expect(renderQuery("grant-timeline", { grant: "o'brien@example.com" })).toContain(
      "grant_id = 'o''brien@example.com'",
    );
  });

  test("writes times as typed literals in milliseconds", () => {
    expect(executionParameters("refusals-by-agent", good["refusals-by-agent"] ?? {})).toContain(
      "TIMESTAMP '2026-11-22 00:00:00.500'",
    );
  });

  test("whatever is accepted is one literal: the same text outside of it (A-34)", () => {
    const parts = renderQuery("grant-timeline", { grant: "MARK" }).split("'MARK'");
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z'][a-z'@,=-]{0,20}$/)), (value) => {
        let sql: string;
        try {
          sql = renderQuery("grant-timeline", { grant: value });
        } catch {
          return;
        }
        const [inside = ""] = executionParameters("grant-timeline", { grant: value });
        expect(sql).toBe(parts.join(inside));
        expect(inside).toMatch(/^'([^']|'')*'$/);
        expect(inside.slice(1, -1).replaceAll("''", "'")).toBe(value);
      }),
    );
  });

  test("knows no query by another name", () => {
    expect(() => renderQuery("toString", {})).toThrow("no query");
  });
});
