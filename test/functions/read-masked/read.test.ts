import { describe, expect, it } from "vitest";
import { archiveObjects } from "../../../local/data/archive.ts";
import { claims } from "../../../local/data/claims.ts";
import { pendingGrant, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";
import {
  ARCHIVED,
  allPages,
  type Body,
  BUCKET,
  maskedGrant,
  rawValues,
  rows,
  withArchive,
  withClaims,
} from "./claims.ts";

const at = useWorld();
const copilot = () => at.world.agent("analytics-copilot");
const read = async (id: string, body: object = {}) => (await copilot().read(id, body)).body as Body;

describe("reading masked rows", () => {
  it("gives the rows of every file in order, with the columns and number of the raw ones (I-66)", async () => {
    withClaims(at.world);
    const id = await maskedGrant(at.world);
    const found = (await allPages(at.world, id, { limit: 7 })).flatMap((page) => page.rows);
    expect(found.map(({ claim_type, amount }) => [claim_type, amount])).toEqual(
      rows.map(({ claim_type, amount }) => [claim_type, amount]),
    );
    expect(Object.keys(found[0] ?? {})).toEqual(Object.keys(rows[0] ?? {}));
    expect(found[0]?.email).toMatch(/^email_[a-z2-7]+$/);
  });

  it("I-60 has no raw value in any answer, event or log line", async () => {
    withClaims(at.world);
    const id = await maskedGrant(at.world);
    const texts = JSON.stringify(await allPages(at.world, id));
    const told = JSON.stringify([at.world.fake.events.map(({ body }) => body), at.world.lines]);
    for (const value of rawValues(rows)) {
      expect(texts.includes(JSON.stringify(value).slice(1, -1)), "answer").toBe(false);
      expect(told.includes(value), "record").toBe(false);
    }
  });

  it("reads nested JSON Lines and Parquet, a page across both", async () => {
    withArchive(at.world);
    const id = await maskedGrant(at.world, { resource: "claims-archive" });
    const pages = await allPages(at.world, id, { limit: 5 });
    const found = pages.flatMap((page) => page.rows);
    expect(pages.map((page) => page.rows.length)).toEqual([5, 5, 2]);
    expect(found.map(({ year, amount }) => [year, amount])).toEqual(
      ARCHIVED.map(({ year, amount }) => [year, amount]),
    );
    const [first] = found as [{ note: string; claimant: { name: string; email: string; born: string } }];
    expect(first.claimant.name).toMatch(/^name_/);
    expect(first.claimant.born).toMatch(/^\d{4}-01-01$/);
    // A known name, and an address that a detector finds, are the tokens of the fields that have them.
    expect(first.note).toBe(`${first.claimant.name} called, and is reached at ${first.claimant.email}.`);
  });

  it("I-60 has no claimant of the example's own archive, in notes neither", async () => {
    for (const { key, body } of archiveObjects(20_260_401))
      at.world.objects.put(BUCKET, `archive/${key}`, body);
    const id = await maskedGrant(at.world, { resource: "claims-archive" });
    const found = (await allPages(at.world, id)).flatMap((page) => page.rows);
    expect(found).toHaveLength(80);
    const text = JSON.stringify(found);
    const archived = claims(20_260_401, 200);
    for (const value of rawValues(archived))
      expect(text.includes(JSON.stringify(value).slice(1, -1))).toBe(false);
  });

  it("reads items, of the partitions that the grant names", async () => {
    at.world.items.tables.set(
      "latchkey-example-customers",
      rows.map((row) => ({
        id: row.customer_id,
        name: row.full_name,
        email: row.email,
        country: row.country,
      })),
    );
    const whole = await maskedGrant(at.world, { resource: "customer-profiles" });
    expect((await allPages(at.world, whole, { limit: 9 })).flatMap((page) => page.rows)).toHaveLength(30);
    const wanted = rows[3]?.customer_id ?? "";
    const part = await maskedGrant(at.world, {
      resource: "customer-profiles",
      scope: { leadingKeys: [wanted] },
    });
    const found = await read(part, { columns: ["country"] });
    expect(found.rows).toEqual(
      rows.filter((row) => row.customer_id === wanted).map(({ country }) => ({ country })),
    );
  });

  it("gives of an item only the attributes that the grant names", async () => {
    at.world.items.tables.set("latchkey-example-customers", [
      { id: "C-1", name: "Ann Example", email: "ann@example.com", country: "DE" },
    ]);
    const id = await maskedGrant(at.world, {
      resource: "customer-profiles",
      scope: { attributes: ["country", "id"] },
    });
    expect(Object.keys((await read(id)).rows[0] ?? {})).toEqual(["id", "country"]);
    expect(await copilot().read(id, { columns: ["email"] })).toMatchObject({ code: "column_not_allowed" });
  });

  it("reads a table through one query for all pages, and deletes what it left", async () => {
    at.world.queries.rowsFound = rows.map(({ claim_id, full_name, email, country, claim_type, amount }) => ({
      ...{ claim_id, full_name, email, country, claim_type, amount: Number(amount) },
    }));
    const id = await maskedGrant(at.world, {
      resource: "claims-detail",
      scope: { partitions: ["month=2026-03"] },
    });
    const pages = await allPages(at.world, id, {
      limit: 12,
      filters: [{ column: "amount", is: ">", value: 10 }],
    });
    expect(pages.map((page) => page.rows.length)).toEqual([12, 12, 6]);
    expect(at.world.queries.started).toEqual([
      'SELECT "claim_id", "full_name", "email", "country", "claim_type", "amount" FROM "northwind"."claims_detail" ' +
        `WHERE ((CAST("month" AS varchar) = '2026-03')) AND try_cast("amount" AS double) > CAST('10' AS double) LIMIT 50000`,
    ]);
    expect(at.world.queries.discarded).toEqual(["query-1"]);
  });

  it("answers a query that runs on with a cursor and no rows yet", async () => {
    at.world.queries.rowsFound = [{ claim_type: "storm" }];
    at.world.queries.running = 80;
    const id = await maskedGrant(at.world, { resource: "claims-detail" });
    const first = await read(id);
    expect(first.rows).toEqual([]);
    const second = await read(id, { cursor: first.cursor });
    expect(second.rows).toMatchObject([{ claim_type: "storm" }]);
    expect(at.world.queries.started).toHaveLength(1);
  });

  it("chooses columns and filters by what is kept", async () => {
    withClaims(at.world);
    const id = await maskedGrant(at.world);
    const filters = [
      { column: "country", is: "=", value: "US" },
      { column: "amount", is: ">=", value: 1_000 },
    ];
    const pages = await allPages(at.world, id, { columns: ["claim_type", "amount"], filters });
    expect(pages.flatMap((page) => page.rows)).toEqual(
      rows
        .filter(({ country, amount }) => country === "US" && Number(amount) >= 1_000)
        .map(({ claim_type, amount }) => ({ claim_type, amount })),
    );
  });

  it("I-61 joins equal values across pages, files and resources of one grant, and none across grants", async () => {
    withClaims(at.world);
    const id = await maskedGrant(at.world);
    const found = (await allPages(at.world, id, { limit: 10 })).flatMap((page) => page.rows);
    const tokensOf = new Map<string, Set<unknown>>();
    for (const [index, row] of rows.entries())
      tokensOf.set(row.email, (tokensOf.get(row.email) ?? new Set()).add(found[index]?.email));
    expect([...tokensOf.values()].every((tokens) => tokens.size === 1)).toBe(true);
    expect(new Set(found.map(({ email }) => email)).size).toBe(tokensOf.size);

    const other = await maskedGrant(at.world);
    const others = (await allPages(at.world, other)).flatMap((page) => page.rows);
    const tokens = new Set(
      found.flatMap((row) => Object.values(row)).filter((text) => /^[a-z]+_/.test(`${text}`)),
    );
    const kept = ["claim_type", "status"];
    const shared = others.flatMap((row) =>
      Object.entries(row).filter(([name, value]) => !kept.includes(name) && tokens.has(value)),
    );
    expect(shared).toEqual([]);
  });

  it("reads one file that is named, within what the grant covers", async () => {
    withClaims(at.world);
    const id = await maskedGrant(at.world, { scope: { prefix: "2026/" } });
    expect((await read(id, { object: "2026/q1/claims.csv", limit: 1_000 })).rows).toHaveLength(15);
    expect((await read(id, { limit: 1_000 })).rows).toHaveLength(15);
    const byKey = await maskedGrant(at.world, { scope: { keys: ["2025/q4/claims.csv"] } });
    expect((await read(byKey, { limit: 1_000 })).rows).toHaveLength(15);
  });

  it("records each page before it is answered: how much of which columns, and no value", async () => {
    withClaims(at.world);
    const id = await maskedGrant(at.world);
    await read(id, { columns: ["claim_type", "email"], limit: 3 });
    await read(id, { filters: [{ column: "status", is: "=", value: "no such status" }] });
    const [first, second] = at.world.events("data.read");
    expect(first).toMatchObject({
      grant: id,
      actor: { type: "agent", id: "analytics-copilot" },
      facts: { rows: 3, columns: "claim_type,email", masked: true, resource: "claims" },
    });
    expect(first.facts.maskedValues).toBeGreaterThan(0);
    expect(second.facts).toMatchObject({ rows: 0, columns: "*", filters: "status" });
    expect(JSON.stringify(second)).not.toContain("no such status");
  });
});

describe("reading is refused", () => {
  it("to anybody but the very principal that asked, with one answer (I-10)", async () => {
    withClaims(at.world);
    const id = await maskedGrant(at.world);
    const foreign = await at.world.agent("support-assistant").read(id);
    expect(foreign).toMatchObject({ status: 404, code: "not_found" });
    expect((await copilot().read("aaaaaaaaaaaaaaaa")).text).toBe(foreign.text);
    expect(await at.world.agent("analytics-copilot", "AIDAANOTHER").read(id)).toMatchObject({ status: 403 });
    expect(at.world.objects.reads).toEqual([]);
  });

  it("of a grant that gives credentials, and credentials of one that gives rows", async () => {
    const raw = await routineGrant(at.world);
    expect(await at.world.agent("finetune-pipeline").read(raw)).toMatchObject({ code: "not_masked" });
    const id = await maskedGrant(at.world);
    expect(await copilot().collect(id)).toMatchObject({ code: "masked_only" });
    const pending = await pendingGrant(at.world);
    expect(await at.world.agent("support-assistant").read(pending)).toMatchObject({ code: "not_masked" });
  });

  it("I-68 after a release, a revoke and the window's end, when the secret is gone too", async () => {
    withClaims(at.world);
    const [released, ended] = [await maskedGrant(at.world), await maskedGrant(at.world)];
    const before = await read(released, { limit: 1 });
    await copilot().release(released);
    expect(at.world.fake.item({ pk: `GRANT#${released}`, sk: "SEALED" })).toBeUndefined();
    expect(await copilot().read(released)).toMatchObject({ status: 410, code: "grant_over" });
    expect(await copilot().read(released, { cursor: before.cursor })).toMatchObject({ code: "grant_over" });
    await at.world.advance(601_000);
    expect(at.world.status(ended)).toBe("ENDED");
    expect(at.world.fake.item({ pk: `GRANT#${ended}`, sk: "SEALED" })).toBeUndefined();
    expect(await copilot().read(ended)).toMatchObject({ code: "grant_over" });
  });

  it("when the grant is stopped while its rows are read: nothing is released, and nothing recorded", async () => {
    withClaims(at.world);
    const id = await maskedGrant(at.world);
    at.world.objects.before = async () => {
      at.world.objects.before = undefined;
      await copilot().release(id);
    };
    expect(await copilot().read(id)).toMatchObject({ code: "grant_over" });
    expect(at.world.events("data.read")).toEqual([]);
  });

  it("I-71 under a lockdown, also one that is set while its rows are read", async () => {
    withClaims(at.world);
    const [first, second] = [await maskedGrant(at.world), await maskedGrant(at.world)];
    const { fake } = at.world;
    const lockdown = {
      id: "lockdownlockdown",
      target: { type: "resource", id: "claims" },
      reason: "a leak",
      by: "samira",
      at: "2026-11-21T09:30:00.000Z",
    };
    at.world.objects.before = () =>
      fake.plant({ pk: "LOCKDOWN", sk: "LOCKDOWN#lockdownlockdown", entity: "lockdown", ...lockdown });
    expect(await copilot().read(first)).toMatchObject({ code: "locked_down" });
    const reads = at.world.objects.reads.length;
    expect(await copilot().read(second)).toMatchObject({ code: "locked_down" });
    expect(at.world.objects.reads).toHaveLength(reads);
    expect(at.world.events("data.read")).toEqual([]);
  });

  it("when the rules by which it would be masked are not those that were approved (I-19)", async () => {
    withClaims(at.world);
    const id = await maskedGrant(at.world);
    at.world.deploy((bundle) => {
      const claims = bundle.catalogue.resources.find((each) => each.id === "claims");
      const email = claims?.masking?.fields.find(({ path }) => path === "email");
      if (email) Object.assign(email, { method: "keep", class: "none" });
    });
    expect(await copilot().read(id)).toMatchObject({ code: "grant_over" });
    expect(at.world.objects.reads).toEqual([]);
  });

  it("I-67 over the caps, also by pages that race", async () => {
    at.world.deploy((bundle) => {
      const claims = bundle.catalogue.resources.find((each) => each.id === "claims");
      if (claims?.masking) claims.masking.caps = { reads: 5, rows: 25 };
    });
    withClaims(at.world);
    const id = await maskedGrant(at.world);
    const replies = await Promise.all(Array.from({ length: 8 }, () => copilot().read(id, { limit: 10 })));
    const given = replies.flatMap((reply) => (reply.status === 200 ? (reply.body as Body).rows : []));
    expect(given.length).toBeLessThanOrEqual(25);
    expect(given.length).toBeGreaterThan(0);
    const last = await copilot().read(id, { limit: 10 });
    expect(last).toMatchObject({ status: 429, code: "quota_exceeded" });
    expect(last.body).toMatchObject({
      error: { details: { limit: expect.stringMatching(/^(reads|rows)$/) } },
    });
  });

  it("counts only rows that were given", async () => {
    at.world.deploy((bundle) => {
      const claims = bundle.catalogue.resources.find((each) => each.id === "claims");
      if (claims?.masking) claims.masking.caps = { reads: 50, rows: 25 };
    });
    withClaims(at.world);
    const id = await maskedGrant(at.world);
    const none = { filters: [{ column: "status", is: "=", value: "none" }] };
    for (let times = 0; times < 4; times += 1) expect((await read(id, none)).rows).toEqual([]);
    expect((await read(id, { limit: 20 })).rows).toHaveLength(20);
    expect((await read(id, { limit: 20 })).rows).toHaveLength(5);
    expect(await copilot().read(id)).toMatchObject({ code: "quota_exceeded" });
  });

  it("of a file that is not in the format that its name says, with nothing of it", async () => {
    const id = await maskedGrant(at.world);
    for (const body of [
      "Ann Example,ann@example.com\r\nBo Example,bo@example.com\r\n",
      "\u0000\u0001\u0002",
      '{"full_name":"Ann Example"}\n',
    ]) {
      at.world.objects.put(BUCKET, "claims/2026/odd.csv", body);
      const reply = await copilot().read(id);
      expect(reply).toMatchObject({ status: 422, code: "format_mismatch" });
      expect(reply.text).not.toMatch(/Example|odd\.csv/);
    }
  });

  it("I-65 of a page with a row that cannot be masked: none of its rows is given", async () => {
    const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });
    const good = JSON.stringify(ARCHIVED[0]);
    at.world.objects.put(
      BUCKET,
      "archive/2023/claims.jsonl",
      `${good}\n${JSON.stringify({ note: deep(60) })}\n`,
    );
    const id = await maskedGrant(at.world, { resource: "claims-archive" });
    const reply = await copilot().read(id);
    expect(reply).toMatchObject({ status: 422, code: "format_mismatch" });
    expect(reply.body).toMatchObject({ error: { details: { reason: "not_masked" } } });
    expect(at.world.events("data.read")).toEqual([]);
  });

  it("with a cursor once what is stored has changed", async () => {
    withClaims(at.world);
    const id = await maskedGrant(at.world);
    const { cursor } = await read(id, { limit: 3 });
    at.world.objects.put(BUCKET, "claims/2025/q4/claims.csv", "claim_id\r\nx\r\n");
    expect(await copilot().read(id, { cursor })).toMatchObject({ code: "invalid_request" });
  });
});
