import { eventsTable } from "../columns.ts";

/** How a value is checked and written: see `literal.ts`. Timestamps are ISO 8601 in UTC. */
export type ParameterType = "string" | "timestamp";
type Parameter = { name: string; type: ParameterType; description: string };

/**
 * A question that auditors ask, in the SQL that Athena (Trino) and the local engine (DuckDB) both run: no JSON
 * functions, no views, no `listagg` or `array_join`. `{{name}}` stands for a parameter, as often as needed.
 */
export type QueryText = {
  name: string;
  description: string;
  parameters: readonly Parameter[];
  sql: string;
};

/**
 * The CTE `events_once`: each event id once. Batches of the export may overlap after a retry, so that an event may be
 * in two objects. Where two copies of an event differ, the cast of a text that is no boolean fails the whole query, in
 * both engines, with the event's id in the message: an altered record gives no answer rather than one of two.
 * `where` narrows what is read, by columns that every true copy of an event shares.
 */
export const eventsOnce = (where: string): string => `events_once AS (
  SELECT *
  FROM (
    SELECT *,
      row_number() OVER (PARTITION BY event_id ORDER BY hash) AS copy_number,
      min(hash) OVER (PARTITION BY event_id) AS lowest_hash,
      max(hash) OVER (PARTITION BY event_id) AS highest_hash
    FROM ${eventsTable.qualified}
    WHERE ${where}
  ) AS copies
  WHERE copy_number = 1
    AND CASE WHEN lowest_hash = highest_hash THEN true
      ELSE CAST('two copies differ: ' || event_id AS boolean) END
)`;
