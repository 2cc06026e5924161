import { setTimeout as sleep } from "node:timers/promises";
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecutionStatus,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { CliError, exitCodes } from "../exit.ts";
import { nowhereToAsk } from "../nowhere.ts";
import type { Target } from "../target.ts";

/** `parameters`: for each `?` in order, as literals: https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html */
export type Question = { sql: string; parameters?: readonly string[]; database: string; workgroup: string };
type Column = { name: string; type: string };
/** Texts as Athena gives them, but for times, which are ISO 8601 in UTC; undefined is null. */
export type Answer = { columns: Column[]; rows: (string | undefined)[][] };

export const openAthena = ({ sdk }: Pick<Target, "sdk">): AthenaClient => new AthenaClient(sdk);

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

// `2026-11-21 09:30:00.000` on Athena; the local engine leaves out zeros, or adds some.
const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?$/;
const textOf = (value: string | undefined, type: string): string | undefined => {
  const found = value !== undefined && type.startsWith("timestamp") ? TIMESTAMP.exec(value) : null;
  return found ? `${found[1]}T${found[2]}.${(found[3] ?? "").padEnd(3, "0").slice(0, 3)}Z` : value;
};

/** Why a query failed, in one sentence; that the record was altered has an exit code of its own. */
function failure(status: QueryExecutionStatus | undefined): CliError {
  const reason = status?.StateChangeReason ?? status?.State ?? "no reason given";
  const altered = /two copies differ: ([A-Za-z0-9-]{8,64})/.exec(reason);
  if (altered)
    return new CliError(
      `The record was altered: it has two different copies of ${altered[1]}, so nothing is answered. Run: latchkey audit verify`,
      exitCodes.tampered,
    );
  if (/bytes scanned limit/i.test(reason))
    return new CliError(
      "The query would read more than the workgroup allows. Ask for a shorter period, or raise the limit of the workgroup.",
    );
  if (/access.?denied|not authorized|insufficient permissions/i.test(reason))
    return new CliError(`You have no permission for what the query reads: ${oneLine(reason)}`);
  return new CliError(`Athena could not answer: ${oneLine(reason)}`);
}

/** The same for a call that Athena, or the way to it, refused. */
function refusal(fault: unknown, signal: AbortSignal | undefined): unknown {
  if (fault instanceof CliError || !(fault instanceof Error)) return fault;
  if (signal?.aborted) return cancelled();
  if (/AccessDenied|UnrecognizedClient|InvalidClientTokenId|ExpiredToken|InvalidSignature/.test(fault.name))
    return new CliError(`Athena refused you: ${oneLine(fault.message)}`);
  const nowhere = nowhereToAsk(fault);
  if (nowhere) return new CliError(nowhere);
  if (/ECONNREFUSED|ENOTFOUND|ETIMEDOUT/.test(String((fault as { code?: string }).code)))
    return new CliError("Athena cannot be reached from here.");
  return new CliError(`Athena refused the query: ${oneLine(fault.message)}`);
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim().slice(0, 400);
const cancelled = () => new CliError("Cancelled.");

async function finish(client: AthenaClient, QueryExecutionId: string, signal: AbortSignal | undefined) {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    signal?.throwIfAborted();
    const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const state = QueryExecution?.Status?.State;
    if (state === "SUCCEEDED") return;
    if (state !== "QUEUED" && state !== "RUNNING") throw failure(QueryExecution?.Status);
    await sleep(pause, undefined, { signal });
  }
}

async function pages(client: AthenaClient, QueryExecutionId: string): Promise<Answer> {
  const rows: (string | undefined)[][] = [];
  let columns: Column[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new GetQueryResultsCommand({ QueryExecutionId, ...(token ? { NextToken: token } : {}) }),
    );
    columns = (page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name, Type }) => ({
      name: Name ?? "",
      type: Type ?? "varchar",
    }));
    for (const { Data } of page.ResultSet?.Rows ?? [])
      rows.push(columns.map(({ type }, index) => textOf(Data?.[index]?.VarCharValue, type)));
    token = page.NextToken;
  } while (token);
  // The first row of the first page is the names: https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
  return { columns, rows: rows.slice(1) };
}

/** Asks, waits, and reads every page. An abort stops the query at Athena too, so that it costs nothing more. */
export async function askAthena(
  client: AthenaClient,
  { sql, parameters = [], database, workgroup }: Question,
  signal?: AbortSignal,
): Promise<Answer> {
  let id: string | undefined;
  try {
    const started = await client.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        WorkGroup: workgroup,
        QueryExecutionContext: { Database: database },
        ...(parameters.length > 0 ? { ExecutionParameters: [...parameters] } : {}),
      }),
    );
    id = started.QueryExecutionId;
    if (!id) throw new CliError("Athena took the query and gave it no id.");
    await finish(client, id, signal);
    return await pages(client, id);
  } catch (fault) {
    if (id && signal?.aborted)
      await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id })).catch(() => undefined);
    throw refusal(fault, signal);
  }
}
