import { AthenaClient } from "@aws-sdk/client-athena";
import { askAthena } from "../client/audit/athena.ts";
import type { LocalJson } from "./local-json.ts";

export type QueryRow = Record<string, string | undefined>;

/** Runs SQL in the audit workgroup as one identity of local.json; rows as texts by column. */
export async function athena(local: LocalJson, identity: string, sql: string): Promise<QueryRow[]> {
  const credentials = local.identities[identity];
  if (!credentials) throw new Error(`local.json has no identity ${identity}.`);
  const client = new AthenaClient({ endpoint: local.endpoint, region: local.region, credentials });
  try {
    const { athenaDatabase: database, athenaWorkgroup: workgroup } = local;
    const { columns, rows } = await askAthena(client, { sql, database, workgroup });
    return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
  } finally {
    client.destroy();
  }
}
