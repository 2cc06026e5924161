import { describe, expect, test } from "vitest";
import { queryOf } from "../../../client/read/query.ts";
import { requestCommand } from "../../../client/show/command.ts";
import { type Answers, grantOf, ID, refusal, run } from "./run.ts";

const pages = [
  {
    rows: [{ claim: "1", claimant: { email: "email_aaaa" }, note: "=1+1" }],
    masked: 1,
    detected: 0,
    cursor: "c1",
  },
  { rows: [{ claim: "2", claimant: { email: "email_bbbb" }, note: "a,\u202eb" }], masked: 1, detected: 1 },
];
const masked = grantOf({ masked: true });
const broker: Answers = ({ method, path, body }) => {
  if (path === `/grants/${ID}/read`)
    return { body: (body as { cursor?: string }).cursor ? pages[1] : pages[0] };
  if (path === `/grants/${ID}/release`) return { body: { ...masked, status: "REVOKED" } };
  return { status: method === "POST" ? 201 : 200, body: masked };
};
const READ = ["read", "claims", "--purpose", "count claims"];
const paths = (calls: { path: string }[]) => calls.map(({ path }) => path);

describe("latchkey read", () => {
  test("asks for masked rows, prints them page by page, and gives back", async () => {
    const { code, out, calls } = await run(
      broker,
      ...READ,
      "--where",
      "status=open",
      "--object",
      "2026/11.csv",
    );
    expect(code).toBe(0);
    expect(calls[0]?.body).toEqual({
      ...{ resource: "claims", access: "read", windowSeconds: 600, purpose: "count claims", masked: true },
    });
    expect(calls[1]?.body).toEqual({
      ...{ object: "2026/11.csv", filters: [{ column: "status", is: "=", value: "open" }], limit: 1000 },
    });
    expect(calls[2]?.body).toMatchObject({ cursor: "c1" });
    expect(paths(calls)).toEqual([
      "/grants",
      ...[1, 2].map(() => `/grants/${ID}/read`),
      `/grants/${ID}/release`,
    ]);
    expect(
      out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(pages.flatMap(({ rows }) => rows));
    // What a terminal acts on is written out, which is the same value.
    expect(out).toContain("a,\\u202eb");
  });

  test("prints CSV that no spreadsheet runs, with the columns that were asked for", async () => {
    const { out } = await run(broker, ...READ, "--format", "csv", "--columns", "claim, claimant.email,note");
    expect(out).toBe('claim,claimant.email,note\r\n1,email_aaaa,\'=1+1\r\n2,email_bbbb,"a,\\u{202e}b"\r\n');
  });

  test("leaves no column out in silence", async () => {
    const more: Answers = (call, nth) =>
      call.path === `/grants/${ID}/read`
        ? { body: { rows: [{ claim: "1" }, { claim: "2", extra: "x" }], masked: 0, detected: 0 } }
        : broker(call, nth);
    const { code, err, calls } = await run(more, ...READ, "--format", "csv");
    expect(code).toBe(64);
    expect(err).toContain("--columns");
    expect(paths(calls).at(-1)).toBe(`/grants/${ID}/release`);
  });

  test("reads of a grant that is there, which stays", async () => {
    const { code, calls } = await run(broker, "read", "--grant", ID, "--limit", "1");
    expect(code).toBe(0);
    expect(paths(calls)).toEqual([`/grants/${ID}`, `/grants/${ID}/read`]);
    expect(calls[1]?.body).toEqual({ limit: 1 });
    expect((await run(broker, "read", "claims", "--grant", ID)).code).toBe(64);
  });

  test.each([
    [400, "column_not_allowed", 64, "latchkey catalogue <resource>"],
    [409, "not_masked", 73, "latchkey request --masked"],
    [422, "format_mismatch", 3, ""],
    [410, "grant_over", 76, ""],
    [429, "quota_exceeded", 74, ""],
  ])("%i %s prints no row, is exit code %i, and gives back", async (status, said, expected, next) => {
    const no: Answers = (call, nth) =>
      call.path === `/grants/${ID}/read` ? refusal(status, said, "This is why.") : broker(call, nth);
    const { code, out, err, calls } = await run(no, ...READ);
    expect([code, out]).toEqual([expected, ""]);
    expect(err).toContain(`This is why.${next ? " " : ""}`);
    expect(err).toContain(next);
    expect(paths(calls).at(-1)).toBe(`/grants/${ID}/release`);
  });

  test("takes a filter's value for what it looks like, and in quotation marks for a text", () => {
    const where = [
      "a=1",
      "b<=2.5",
      'c="01"',
      "d!=01234",
      "e=true",
      'f="true"',
      "g=-3",
      "h=a=b",
      "i=' OR 1=1 --",
    ];
    expect(queryOf({ where, format: "jsonl", releaseTimeout: "1s" }).filters).toEqual([
      { column: "a", is: "=", value: 1 },
      { column: "b", is: "<=", value: 2.5 },
      { column: "c", is: "=", value: "01" },
      { column: "d", is: "!=", value: "01234" },
      { column: "e", is: "=", value: true },
      { column: "f", is: "=", value: "true" },
      { column: "g", is: "=", value: -3 },
      { column: "h", is: "=", value: "a=b" },
      { column: "i", is: "=", value: "' OR 1=1 --" },
    ]);
    for (const wrong of ["status", "=open", ""])
      expect(() => queryOf({ where: [wrong], format: "jsonl", releaseTimeout: "1s" })).toThrow("no filter");
  });
});

test("latchkey request --masked asks so, says how to read, and is in the command that asks for less", async () => {
  const { code, err, calls } = await run(
    broker,
    ...["request", "claims", "read", "--window", "10m", "--purpose", "count", "--masked"],
  );
  expect(code).toBe(0);
  expect(calls[0]?.body).toMatchObject({ masked: true });
  expect(err).toContain(`latchkey read --grant ${ID}`);
  const body = { resource: "claims", access: "read", windowSeconds: 600, purpose: "count", masked: true };
  expect(requestCommand(body, {})).toBe("latchkey request claims read --window 10m --purpose count --masked");
});
