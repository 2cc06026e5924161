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

/**
 * Copies of a row, and of them the first; where two differ, the cast of a text that is no boolean fails the whole query,
 * in both engines, with the row's id in the message: an altered record gives no answer rather than one of two.
 */
export const onlyCopy = (id: string): string => `copy_number = 1
    AND CASE WHEN lowest_hash = highest_hash THEN true
      ELSE CAST('${COPIES_DIFFER}: ' || ${id} AS boolean) END`;
/** What a failed query's message says then. */
export const COPIES_DIFFER = "two copies differ";

/**
 * The CTE `events_once`: each event id once. Batches of the export may overlap after a retry, so that an event may be
 * in two objects; `copies` says in how many. `where` narrows what is read, by columns that every true copy of an event
 * shares.
 */
export const eventsOnce = (where: string): string => `events_once AS (
  SELECT *
  FROM (
    SELECT *,
      row_number() OVER (PARTITION BY event_id ORDER BY hash) AS copy_number,
      count(*) OVER (PARTITION BY event_id) AS copies,
      min(hash) OVER (PARTITION BY event_id) AS lowest_hash,
      max(hash) OVER (PARTITION BY event_id) AS highest_hash
    FROM ${eventsTable.qualified}
    WHERE ${where}
  ) AS kept
  WHERE ${onlyCopy("event_id")}
)`;
