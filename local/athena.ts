import { setTimeout as sleep } from "node:timers/promises";
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import type { LocalJson } from "./local-json.ts";

export type QueryRow = Record<string, string | undefined>;

/** Runs SQL in the audit workgroup as one identity of local.json; rows as texts by column, all pages. */
export async function athena(local: LocalJson, identity: string, sql: string): Promise<QueryRow[]> {
  const credentials = local.identities[identity];
  if (!credentials) throw new Error(`local.json has no identity ${identity}.`);
  const client = new AthenaClient({ endpoint: local.endpoint, region: local.region, credentials });
  try {
    const QueryExecutionContext = { Database: local.athenaDatabase };
    const started = await client.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        WorkGroup: local.athenaWorkgroup,
        QueryExecutionContext,
      }),
    );
    const id = { QueryExecutionId: started.QueryExecutionId };
    for (;;) {
      const { QueryExecution } = await client.send(new GetQueryExecutionCommand(id));
      const state = QueryExecution?.Status?.State;
      if (state === "SUCCEEDED") break;
      if (state === "FAILED" || state === "CANCELLED") {
        throw new Error(`Athena: ${QueryExecution?.Status?.StateChangeReason ?? state}`);
      }
      await sleep(100);
    }
    const rows: (string | undefined)[][] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new GetQueryResultsCommand({ ...id, ...(NextToken ? { NextToken } : {}) }),
      );
      rows.push(
        ...(page.ResultSet?.Rows ?? []).map((row) => (row.Data ?? []).map((cell) => cell.VarCharValue)),
      );
      NextToken = page.NextToken;
    } while (NextToken);
    const [header = [], ...data] = rows;
    return data.map((row) => Object.fromEntries(header.map((name, index) => [String(name), row[index]])));
  } finally {
    client.destroy();
  }
}
