import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { openS3 } from "../audit-store.ts";

/** What reading rows needs of Athena. A query is named by its execution's id. */
export type Queries = {
  start(sql: string): Promise<string>;
  state(id: string): Promise<"running" | "done" | "failed">;
  /** At most `limit` rows, after where a page ended. */
  rows(
    id: string,
    page: { limit: number; after?: string | undefined },
  ): Promise<{ rows: Record<string, unknown>[]; next?: string }>;
  /** Deletes what the query left: raw values that nobody has a use for any more. */
  discard(id: string): Promise<void>;
};

const NUMBERS = /^(tinyint|smallint|integer|int|bigint|float|real|double)/i;

/** Athena's texts as JSON has them; what JSON would round, such as decimals, stays text. */
function typed(text: string | undefined, type: string | undefined): unknown {
  if (text === undefined) return null;
  if (type === "boolean") return text === "true";
  if (!type || !NUMBERS.test(type)) return text;
  const number = Number(text);
  return Number.isFinite(number) && (!/^-?\d+$/.test(text) || Number.isSafeInteger(number)) ? number : text;
}

export function openQueries(workgroup: string): Queries {
  const athena = new AthenaClient({});
  const s3 = openS3();
  return {
    async start(sql) {
      const { QueryExecutionId } = await athena.send(
        new StartQueryExecutionCommand({ QueryString: sql, WorkGroup: workgroup }),
      );
      if (!QueryExecutionId) throw new Error("Athena gave no execution");
      return QueryExecutionId;
    },
    async state(id) {
      const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
      const state = QueryExecution?.Status?.State;
      if (state === "SUCCEEDED") return "done";
      return state === "QUEUED" || state === "RUNNING" ? "running" : "failed";
    },
    async rows(id, { limit, after }) {
      // The first page begins with the names of the columns, which may or may not count: never more rows than asked for.
      // https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
      const { ResultSet, NextToken } = await athena.send(
        new GetQueryResultsCommand({
          QueryExecutionId: id,
          MaxResults: Math.min(1_000, limit),
          ...(after === undefined ? {} : { NextToken: after }),
        }),
      );
      const columns = ResultSet?.ResultSetMetadata?.ColumnInfo ?? [];
      const data = (ResultSet?.Rows ?? []).slice(after === undefined ? 1 : 0);
      const rows = data.map(({ Data = [] }) =>
        Object.fromEntries(
          columns.map(({ Name = "", Type }, index) => [Name, typed(Data[index]?.VarCharValue, Type)]),
        ),
      );
      return { rows, ...(NextToken ? { next: NextToken } : {}) };
    },
    async discard(id) {
      const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
      const location = QueryExecution?.ResultConfiguration?.OutputLocation;
      const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(location ?? "") ?? [];
      if (!bucket || !key) return;
      for (const Key of [key, `${key}.metadata`])
        await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    },
  };
}
