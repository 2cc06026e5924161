import type { AthenaClient } from "@aws-sdk/client-athena";
import { describe, expect, test } from "vitest";
import { askAthena } from "../../client/audit/athena.ts";
import { exitCodes } from "../../client/exit.ts";

const QUESTION = { sql: "SELECT 1", database: "d", workgroup: "w" };
type Sent = { name: string; input: Record<string, unknown> };

/** Athena that answers by the name of the call. */
function fakeAthena(answers: Record<string, (input: Record<string, unknown>, times: number) => unknown>) {
  const sent: Sent[] = [];
  const client = {
    async send(command: { constructor: { name: string }; input: Record<string, unknown> }) {
      const name = command.constructor.name.replace("Command", "");
      sent.push({ name, input: command.input });
      const times = sent.filter((each) => each.name === name).length;
      return answers[name]?.(command.input, times) ?? {};
    },
  };
  return { client: client as unknown as AthenaClient, sent };
}
const cells = (...values: (string | undefined)[]) => ({
  Data: values.map((VarCharValue) => ({ VarCharValue })),
});
const META = {
  ColumnInfo: [
    { Name: "a", Type: "varchar" },
    { Name: "t", Type: "timestamp" },
  ],
};
const started = { StartQueryExecution: () => ({ QueryExecutionId: "q1" }) };
const state = (State: string, StateChangeReason?: string) => ({
  QueryExecution: { Status: { State, StateChangeReason } },
});

describe("a question to Athena", () => {
  test("binds its parameters, waits, and reads every page without the row of names", async () => {
    const { client, sent } = fakeAthena({
      ...started,
      GetQueryExecution: (_, times) => state(["QUEUED", "RUNNING", "SUCCEEDED"][times - 1] ?? "SUCCEEDED"),
      GetQueryResults: ({ NextToken }) =>
        NextToken
          ? { ResultSet: { Rows: [cells("y", undefined)], ResultSetMetadata: META } }
          : {
              ResultSet: {
                Rows: [cells("a", "t"), cells("x", "2026-11-21 09:30:00.5")],
                ResultSetMetadata: META,
              },
              NextToken: "2",
            },
    });
    const answer = await askAthena(client, { ...QUESTION, parameters: ["'v'"] });
    expect(answer.rows).toEqual([
      ["x", "2026-11-21T09:30:00.500Z"],
      ["y", undefined],
    ]);
    expect(sent[0]?.input).toMatchObject({
      WorkGroup: "w",
      ExecutionParameters: ["'v'"],
      QueryExecutionContext: { Database: "d" },
    });
  });

  test.each([
    [
      "INVALID_CAST_ARGUMENT: Cannot cast value 'two copies differ: abcdefgh234567ab-000002' to boolean",
      /altered.*abcdefgh234567ab-000002.*audit verify/,
      exitCodes.tampered,
    ],
    ["Query exhausted resources: Bytes scanned limit was exceeded", /shorter period/, exitCodes.failed],
    ["Access denied when writing output", /no permission/, exitCodes.failed],
    ["SYNTAX_ERROR: line 1", /could not answer: SYNTAX_ERROR/, exitCodes.failed],
  ])("that failed says why: %s", async (reason, message, exitCode) => {
    const { client } = fakeAthena({ ...started, GetQueryExecution: () => state("FAILED", reason) });
    await expect(askAthena(client, QUESTION)).rejects.toMatchObject({
      exitCode,
      message: expect.stringMatching(message),
    });
  });

  test("that is called off is stopped at Athena too", async () => {
    const calledOff = new AbortController();
    const { client, sent } = fakeAthena({
      ...started,
      GetQueryExecution: () => {
        calledOff.abort();
        return state("RUNNING");
      },
    });
    await expect(askAthena(client, QUESTION, calledOff.signal)).rejects.toThrow("Cancelled.");
    expect(sent.at(-1)).toEqual({ name: "StopQueryExecution", input: { QueryExecutionId: "q1" } });
  });

  test("that is not allowed says so in one sentence", async () => {
    const { client } = fakeAthena({
      StartQueryExecution: () => {
        throw Object.assign(new Error("not authorized to perform athena:StartQueryExecution"), {
          name: "AccessDeniedException",
        });
      },
    });
    await expect(askAthena(client, QUESTION)).rejects.toThrow("Athena refused you: not authorized");
  });
});
