import type { ColumnType } from "../columns.ts";
import { usageColumns } from "../usage.ts";
import { grantColumns, grantsOnce } from "./grants.ts";
import { usageOnce } from "./usage.ts";

export type View = {
  name: string;
  description: string;
  columns: readonly { name: string; type: ColumnType }[];
  sql: string;
};

// A text whose parts are literals has a length of its own in Trino; a view's column has the type that it says.
const cast = (prefix: string, columns: View["columns"]): string =>
  columns
    .map(({ name, type }) =>
      type === "string" ? `CAST(${prefix}${name} AS varchar) AS ${name}` : `${prefix}${name} AS ${name}`,
    )
    .join(", ");

const GRANT_FACTS: readonly string[] = [
  "agent_id",
  "owner_id",
  "team",
  "resource_id",
  "access",
  "scope",
  "window_seconds",
  "purpose",
  "ticket",
  "starts_at",
  "ends_at",
  "access_until",
  "status",
];
const grantFacts = grantColumns.filter(({ name }) => GRANT_FACTS.includes(name));

/** What people may query freely on Athena: of the same text as the named queries, over all days. */
export const views: readonly View[] = [
  {
    name: "grants",
    description: "One row a grant, in its latest state; each event counted once",
    columns: grantColumns,
    sql: `WITH ${grantsOnce("true")}
SELECT ${cast("", grantColumns)}
FROM grants`,
  },
  {
    name: "usage_of_grants",
    description: "One row a call with a minted session, and the grant that it was made under",
    columns: [...usageColumns, ...grantFacts],
    sql: `WITH ${grantsOnce("true")},
${usageOnce("grant_id IS NOT NULL")}
SELECT ${cast("u.", usageColumns)}, ${cast("g.", grantFacts)}
FROM usage_once AS u
LEFT JOIN grants AS g ON g.grant_id = u.grant_id`,
  },
];
