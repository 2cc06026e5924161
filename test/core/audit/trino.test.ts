import { TrinoSQL } from "dt-sql-parser";
import { describe, expect, test } from "vitest";
import { namedQueries, renderQuery } from "../../../functions/core/audit/named-queries.ts";
import { views } from "../../../functions/core/audit/queries/views.ts";
import { values } from "./query-values.ts";

/** Trino's own grammar, as Athena's engine 3 has it. Slow: seconds a query, so not part of the quick check. */
const problems = (sql: string): string[] => new TrinoSQL().validate(sql).map(({ message }) => message);

describe.each(namedQueries.map((query) => [query.name, query] as const))(
  "I-55 the query %s is valid Trino",
  (name, query) => {
    test("with its values", () => expect(problems(renderQuery(name, values(query)))).toEqual([]));
    test("with ? for them", () => expect(problems(query.forAthena)).toEqual([]));
  },
);

test.each(views.map(({ name, sql }) => [name, sql]))("the view %s is valid Trino", (_name, sql) => {
  expect(problems(sql)).toEqual([]);
});

test.each([
  "SELECT event_id::varchar FROM events",
  "SELECT * EXCLUDE (body) FROM events",
  "SELECT [1, 2] AS list",
  "SELECT event_id FROM events QUALIFY row_number() OVER () = 1",
])("what only the local engine has is no Trino: %s", (sql) => {
  expect(problems(sql)).not.toEqual([]);
});
