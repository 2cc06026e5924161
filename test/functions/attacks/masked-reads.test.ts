import { describe, expect, it } from "vitest";
import { useWorld } from "../../fakes/use-world.ts";
import {
  allPages,
  type Body,
  BUCKET,
  maskedGrant,
  rows,
  withArchive,
  withClaims,
} from "../read-masked/claims.ts";

const at = useWorld();
const copilot = () => at.world.agent("analytics-copilot");

describe("attacks on masked reads", () => {
  it.each([
    "2025/q4/claims.csv",
    "../medical/2026/reports.csv",
    "2026/../2025/q4/claims.csv",
    "2026/../../medical/2026/reports.csv",
    "/2026/q1/claims.csv",
    "2026//q1/claims.csv",
    "2026/q1/*.csv",
    "2026/nobody.csv",
    "2026/notes.txt",
    `s3://${BUCKET}/medical/2026/reports.csv`,
  ])("an object outside the grant, %s, is not there, and is not looked for", async (object) => {
    withClaims(at.world);
    const id = await maskedGrant(at.world, { scope: { prefix: "2026/" } });
    const reply = await copilot().read(id, { object });
    expect(reply).toMatchObject({ status: 400, code: "invalid_request" });
    expect(reply.text).not.toContain(object);
    expect(at.world.objects.reads).toEqual([]);
  });

  it("a prefix of a grant is text that names begin with, and no more of the bucket is listed", async () => {
    withClaims(at.world);
    at.world.objects.put(BUCKET, "claims-of-others/2026/q1/claims.csv", "full_name\r\nAnn Example\r\n");
    const id = await maskedGrant(at.world, { scope: { prefix: "2026/q1/" } });
    await allPages(at.world, id);
    expect(new Set(at.world.objects.reads)).toEqual(new Set(["claims/2026/q1/claims.csv"]));
  });

  it("a cursor of another grant, another question, or made up, is refused", async () => {
    withClaims(at.world);
    const [id, other] = [await maskedGrant(at.world), await maskedGrant(at.world)];
    const { cursor = "" } = (await copilot().read(id, { limit: 3 })).body as Body;
    const wrong = [
      await copilot().read(other, { limit: 3, cursor }),
      await copilot().read(id, { limit: 3, cursor, columns: ["claim_type"] }),
      await copilot().read(id, { limit: 3, cursor, filters: [{ column: "country", is: "=", value: "US" }] }),
      await copilot().read(id, { limit: 3, cursor: `${cursor.slice(0, -2)}AA` }),
      await copilot().read(id, { limit: 3, cursor: "AAAA" }),
      await copilot().read(id, { limit: 3, cursor: "../../x" }),
    ];
    for (const reply of wrong) expect(reply).toMatchObject({ status: 400, code: "invalid_request" });
    // Another limit asks nothing else.
    expect((await copilot().read(id, { limit: 4, cursor })).status).toBe(200);
  });

  it("I-60 the name of an object is in no answer, cursor, event or log line (A-44)", async () => {
    at.world.objects.put(
      BUCKET,
      "claims/2026/ann.example@example.com.csv",
      "claim_type\r\nstorm\r\nfire\r\n",
    );
    const id = await maskedGrant(at.world);
    const reply = await copilot().read(id, { limit: 1 });
    const { cursor = "" } = reply.body as Body;
    const seen = [
      reply.text,
      Buffer.from(cursor, "base64url").toString("latin1"),
      JSON.stringify(at.world.lines),
    ];
    const told = at.world.fake.events.map(({ body }) => body);
    for (const text of [...seen, ...told]) expect(text).not.toMatch(/ann\.example/);
  });

  it("I-60 what a service says when reading fails is not logged, nor answered", async () => {
    at.world.items.fault = Object.assign(new Error("key C-000017 of Ann Example is too large"), {
      name: "ValidationException",
      $metadata: {},
    });
    const id = await maskedGrant(at.world, { resource: "customer-profiles" });
    const reply = await copilot().read(id);
    expect(reply).toMatchObject({ status: 503, code: "unavailable" });
    expect(reply.text + JSON.stringify(at.world.lines)).not.toMatch(/Ann|C-000017/);
    expect(JSON.stringify(at.world.lines)).toContain("ValidationException");
  });

  it("I-60 a value in a filter is data: it reaches DynamoDB and Athena as one, and no row has it", async () => {
    const hostile = "US' OR '1'='1";
    const filters = [{ column: "country", is: "=", value: hostile }];
    at.world.items.tables.set("latchkey-example-customers", [{ id: "C-1", country: "US" }]);
    const items = await maskedGrant(at.world, { resource: "customer-profiles" });
    expect((await copilot().read(items, { filters })).body).toMatchObject({ rows: [] });
    expect(at.world.items.asked[0]?.filters).toMatchObject([{ value: hostile }]);
    const table = await maskedGrant(at.world, { resource: "claims-detail" });
    await copilot().read(table, { filters });
    expect(at.world.queries.started[0]).toContain("= 'US'' OR ''1''=''1'");
    const bad = await copilot().read(table, { filters: [{ column: "country", is: "=", value: "a\u0000b" }] });
    expect(bad).toMatchObject({ status: 400, code: "invalid_request" });
    expect(at.world.queries.started).toHaveLength(1);
  });

  it.each([
    ["half a letter", "country", "\ud83d"],
    ["a number beyond all of DynamoDB's", "spent", 1e200],
    ["a number that is nothing to DynamoDB", "spent", 1e-200],
  ])("%s in a filter is refused before anything is asked", async (_, column, value) => {
    at.world.deploy((bundle) => {
      const masking = bundle.catalogue.resources.find(({ id }) => id === "customer-profiles")?.masking;
      masking?.fields.push({ path: "spent", method: "keep", class: "none" });
      Object.assign(masking?.filters ?? {}, { spent: "number" });
    });
    const id = await maskedGrant(at.world, { resource: "customer-profiles" });
    const reply = await copilot().read(id, { filters: [{ column, is: "=", value }] });
    expect(reply).toMatchObject({ status: 400, code: "invalid_request" });
    expect(at.world.items.asked).toEqual([]);
  });

  it("sets, bytes and numbers where a text is meant come masked, or not at all", async () => {
    const strange = {
      id: new Uint8Array(Buffer.from("raw-key-of-ann")),
      name: ["Ann Example", { "Ann Example": "Ann Example" }],
      email: { "ann@example.com": "ann@example.com", list: ["ann@example.com"] },
      country: { "Ann Example": "DE" },
      "Ann Example": 4_111_111_111_111_111,
    };
    at.world.items.tables.set("latchkey-example-customers", [strange]);
    const id = await maskedGrant(at.world, { resource: "customer-profiles" });
    const reply = await copilot().read(id);
    expect(reply.status).toBe(200);
    expect(reply.text).not.toMatch(/Ann|ann@|raw-key|4111/);
    expect(reply.text).not.toContain(Buffer.from("raw-key-of-ann").toString("base64"));
    const ofKept = { filters: [{ column: "country", is: "!=", value: "US" }] };
    expect((await copilot().read(id, ofKept)).body).toMatchObject({ rows: [] });
  });

  it("I-63 columns that nobody declared, and values where names are, come masked", async () => {
    at.world.objects.put(
      BUCKET,
      "claims/2026/more.csv",
      "claim_type,Ann Example,__proto__,constructor\r\nstorm,ann@example.com,x-ray report,hidden words\r\n",
    );
    const id = await maskedGrant(at.world);
    const reply = await copilot().read(id);
    expect(reply.status).toBe(200);
    expect(reply.text).not.toMatch(/Ann|ann@|x-ray|hidden|__proto__/);
    expect((reply.body as Body).rows[0]?.claim_type).toBe("storm");
  });

  it("I-62 a token is not the hash of its value, nor of the value with the grant's id", async () => {
    const { createHash } = await import("node:crypto");
    withClaims(at.world);
    const id = await maskedGrant(at.world);
    const { rows: found } = (await copilot().read(id, { limit: 1 })).body as Body;
    const token = String(found[0]?.email).replace("email_", "");
    const email = rows[0]?.email ?? "";
    for (const text of [email, email.toLowerCase(), `${id}${email}`, `${email}${id}`])
      for (const form of ["hex", "base64url"] as const)
        expect(createHash("sha256").update(text).digest(form).toLowerCase()).not.toContain(token.slice(0, 8));
  });

  it("I-64 rows are the same in whatever pieces the bytes come (A-42)", async () => {
    withArchive(at.world);
    withClaims(at.world);
    const id = await maskedGrant(at.world);
    const archive = await maskedGrant(at.world, { resource: "claims-archive" });
    const all = async () => [
      (await allPages(at.world, id, { limit: 13 })).flatMap((page) => page.rows),
      (await allPages(at.world, archive, { limit: 5 })).flatMap((page) => page.rows),
    ];
    const whole = await all();
    for (const size of [1, 7, 100_000]) {
      at.world.objects.chunkBytes = size;
      expect(await all()).toEqual(whole);
    }
  });

  it("a listing in pages of one, with empty files between, is gone through to its end", async () => {
    withClaims(at.world);
    at.world.objects.perPage = 1;
    for (const name of ["a", "b", "c"]) at.world.objects.put(BUCKET, `claims/2025/q4/z${name}.csv`, "");
    const id = await maskedGrant(at.world);
    expect((await allPages(at.world, id, { limit: 30 })).flatMap((page) => page.rows)).toHaveLength(
      rows.length,
    );
  });

  it("a page that would be too large asks for fewer rows, and gives none", async () => {
    const note = "word ".repeat(190_000);
    const line = `${JSON.stringify({ status: note })}\n`;
    at.world.objects.put(BUCKET, "archive/2023/large.jsonl", line.repeat(9));
    const id = await maskedGrant(at.world, { resource: "claims-archive" });
    const first = (await copilot().read(id)).body as Body;
    // Two megabytes are a page: it ends early, with a cursor.
    expect(first.rows.length).toBeLessThan(9);
    expect(first.cursor).toBeDefined();
  });
});
