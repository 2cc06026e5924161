import { expect, test } from "vitest";
import { archiveObjects } from "../../local/data/archive.ts";
import { claims } from "../../local/data/claims.ts";
import { as, ask, eventually, inState, look } from "./world.ts";

type Row = Record<string, unknown>;
type Page = { rows: Row[]; masked: number; detected: number; cursor?: string };

const SEED = 20_260_401;
const COPILOT = "analytics-copilot";

async function maskedGrant(resource: string, more: object = {}): Promise<string> {
  const body = { resource, access: "read", windowSeconds: 300, masked: true, purpose: "e2e masked", ...more };
  const { id } = await ask(COPILOT, body);
  await inState(COPILOT, id, "ACTIVE");
  return id;
}

async function page(id: string, body: object = {}): Promise<Page> {
  // A cold function that opens large libraries may be slower than the gateway waits.
  const answer = await eventually(`rows of ${id}`, async () => {
    const got = await as(COPILOT)("POST", `/grants/${id}/read`, { ...body });
    return got.status < 500 && got;
  });
  if (answer.status !== 200) throw new Error(`read: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as Page;
}

async function pages(id: string, body: object, most = 10): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | undefined, count = 0; count < most; count += 1) {
    const got = await page(id, { ...body, ...(cursor ? { cursor } : {}) });
    rows.push(...got.rows);
    cursor = got.cursor;
    if (cursor === undefined) break;
  }
  return rows;
}

const raw = claims(SEED);
const values = [
  ...new Set(raw.flatMap((row) => [row.full_name, row.email, row.phone, row.national_id, row.claim_id])),
].filter((value) => value.length > 5);
const rawIn = (rows: unknown): string[] => {
  const text = JSON.stringify(rows);
  return values.filter((value) => text.includes(JSON.stringify(value).slice(1, -1)));
};

test("I-60 rows of CSV, JSON Lines, Parquet, DynamoDB and Athena come masked, at once, and without credentials", async () => {
  const csv = await maskedGrant("claims", { scope: { prefix: "2026/" } });
  const reported = raw.filter(({ reported_date }) => reported_date.startsWith("2026-"));
  const rows = await pages(csv, { limit: 200 }, 2);
  expect(rows.map(({ claim_type, amount }) => [claim_type, amount])).toEqual(
    reported.slice(0, 400).map(({ claim_type, amount }) => [claim_type, amount]),
  );
  expect(await as(COPILOT)("POST", `/grants/${csv}/credentials`)).toMatchObject({
    status: 409,
    body: { error: { code: "masked_only" } },
  });

  const archive = await maskedGrant("claims-archive");
  const archived = await pages(archive, { limit: 30 });
  const [lines] = archiveObjects(SEED);
  expect(archived).toHaveLength(80);
  expect(archived.slice(0, 40).map(({ amount }) => amount)).toEqual(
    `${lines?.body}`
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as Row).amount),
  );

  const items = await pages(await maskedGrant("customer-profiles"), { limit: 40 });
  expect(items.length).toBeGreaterThan(80);
  expect(items.every(({ email }) => /^email_/.test(`${email}`))).toBe(true);

  const detail = await maskedGrant("claims-detail", { scope: { partitions: ["month=2026-02"] } });
  const filters = [
    { column: "country", is: "=", value: "US" },
    { column: "amount", is: ">", value: 500 },
  ];
  const queried = await pages(detail, { limit: 60, filters });
  const wanted = raw.filter(
    ({ reported_date, country, amount }) =>
      reported_date.startsWith("2026-02") && country === "US" && Number(amount) > 500,
  );
  expect(queried.map(({ amount }) => amount).sort()).toEqual(
    wanted.map(({ amount }) => Number(amount)).sort(),
  );
  // A value is data: no row has it, and the query is one.
  const hostile = [{ column: "country", is: "=", value: "US' OR '1'='1' --" }];
  expect((await page(detail, { filters: hostile })).rows).toEqual([]);

  expect(rawIn([rows, archived, items, queried])).toEqual([]);
});

test("I-61 I-68 tokens are one grant's own, and a released grant gives nothing", async () => {
  const [one, other] = [await maskedGrant("customer-profiles"), await maskedGrant("customer-profiles")];
  const [first, again, second] = [
    await page(one, { limit: 5 }),
    await page(one, { limit: 5 }),
    await page(other, { limit: 5 }),
  ];
  expect(again.rows).toEqual(first.rows);
  const emails = (got: Page) => got.rows.map(({ email }) => email);
  expect(emails(second).filter((email) => emails(first).includes(email))).toEqual([]);
  expect((await as(COPILOT)("POST", `/grants/${other}/read`, { cursor: first.cursor })).status).toBe(400);

  await as(COPILOT)("POST", `/grants/${one}/release`);
  expect(await as(COPILOT)("POST", `/grants/${one}/read`, {})).toMatchObject({
    status: 410,
    body: { error: { code: "grant_over" } },
  });
  expect(await look(COPILOT, one)).toMatchObject({ status: "REVOKED", proof: "no_session" });
});

test("the raw archive is no to everybody, and the answer says what passes", async () => {
  const answer = await as(COPILOT)("POST", "/grants", {
    ...{ resource: "claims-archive", access: "read", windowSeconds: 300, purpose: "e2e masked" },
  });
  expect(answer).toMatchObject({
    status: 403,
    body: { error: { code: "policy_denied", details: { alternatives: [{ change: { masked: true } }] } } },
  });
});
