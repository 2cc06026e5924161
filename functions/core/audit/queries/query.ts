import { eventsTable } from "../columns.ts";

/** How a value is checked and written: see `literal.ts`. Timestamps are ISO 8601 in UTC; a bigint is a whole number, not negative. */
export type ParameterType = "string" | "timestamp" | "bigint";
export type Parameter = { name: string; type: ParameterType; description: string };

/**
 * A question that auditors ask, in the SQL that Athena (Trino) and the local engine (DuckDB) both run: no JSON
 * functions, no views, no `listagg` or `array_join`; no `/` and no `date_diff` but of milliseconds, which the two
 * understand differently. `{{name}}` stands for a parameter, as often as needed. `answers`: each column and its meaning.
 */
export type QueryText = {
  name: string;
  description: string;
  /** What its words mean, where that takes thought: for the documentation and for who reads the SQL. */
  note?: string;
  parameters: readonly Parameter[];
  answers: Readonly<Record<string, string>>;
  sql: string;
};

/** The two parameters that most questions have, before their own. */
export const period = (...more: Parameter[]): readonly Parameter[] => [
  { name: "from", type: "timestamp", description: "start of the period, ISO 8601 in UTC" },
  { name: "to", type: "timestamp", description: "end of the period, not included" },
  ...more,
];

/** Rows of the period itself; the folders of its days; and of all days since it began, for what became of its grants. */
export const inPeriod = (time: string): string => `${time} >= {{from}} AND ${time} < {{to}}`;
export const PERIOD_DAYS = "dt BETWEEN CAST(date({{from}}) AS varchar) AND CAST(date({{to}}) AS varchar)";
export const DAYS_SINCE = "dt >= CAST(date({{from}}) AS varchar)";
/**
 * Days since the period began, and before it as many as a grant can be old that still moves: a start at most 7 days
 * ahead, stages that wait 7 days each, a window of 12 hours. Three months is far more.
 */
export const DAYS_AROUND = "dt >= CAST(date({{from}} - INTERVAL '90' DAY) AS varchar)";

/** What a failed query's message says when two copies of one thing differ: see `client/audit/athena.ts`. */
const COPIES_DIFFER = "two copies differ";

/**
 * Two CTEs: `<once>` has each id once, of whatever overlapping objects it is in (`copies` says in how many); and where two
 * copies differ in `told`, the cast of a text that is no boolean fails the whole query, in both engines, with the id in
 * the message: an altered record gives no answer rather than one of two. The check is a query of its own over all that
 * `where` reads, for a filter may be applied before an expression beside it, and then see one of the copies only.
 */
export const onceIn = (
  once: string,
  { table, id, told, where }: { table: string; id: string; told: string; where: string },
): string => `${once}_copies AS (
  SELECT CASE WHEN count(*) = 0 THEN true
    ELSE CAST('${COPIES_DIFFER}: ' || min(differing_id) AS boolean) END AS agree
  FROM (
    SELECT ${id} AS differing_id
    FROM ${table}
    WHERE ${where}
    GROUP BY ${id}
    HAVING min(${told}) <> max(${told})
  ) AS differing
),
${once} AS (
  SELECT *
  FROM (
    SELECT *, row_number() OVER (PARTITION BY ${id} ORDER BY ${told}) AS copy_number,
      count(*) OVER (PARTITION BY ${id}) AS copies
    FROM ${table}
    WHERE ${where}
  ) AS kept
  WHERE copy_number = 1 AND (SELECT agree FROM ${once}_copies)
)`;

/** Columns as one text in which no null is lost. */
export const together = (names: readonly string[]): string =>
  names.map((name) => `coalesce(CAST(${name} AS varchar), '~')`).join(" || '|' || ");

// The hash, and the columns that most questions turn on: whoever forges a copy may leave its hash as it was. That all
// columns are those of the body that was hashed, `latchkey audit verify` checks.
const TOLD = together([
  "hash",
  "event_type",
  "event_time",
  "grant_id",
  "sequence",
  "status",
  "agent_id",
  "actor_id",
]);

/** The CTE `events_once`: each event once. `where` narrows what is read, by columns that every true copy shares. */
export const eventsOnce = (where: string): string =>
  onceIn("events_once", { table: eventsTable.qualified, id: "event_id", told: TOLD, where });
