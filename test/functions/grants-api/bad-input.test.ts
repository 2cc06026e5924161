import { describe, expect, it } from "vitest";
import { sensitive } from "../../fakes/asks.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const ask = (body: unknown) => at.world.agent("support-assistant").ask(body);
/** Nothing is written but the refusal's event and its counter. */
const onlyRefusal = () =>
  expect(
    at.world.fake
      .items()
      .map(({ entity }) => entity)
      .sort(),
  ).toEqual(["event", "refusals"]);

const fields: [string, Record<string, unknown>, string][] = [
  ["a resource that is not there", { resource: "nothing" }, "resource"],
  ["no resource", { resource: undefined }, "resource"],
  ["an access that is not offered", { access: "write" }, "access"],
  ["an access nobody has heard of", { access: "s3:*" }, "access"],
  ["no access", { access: undefined }, "access"],
  ["a window of 0", { windowSeconds: 0 }, "windowSeconds"],
  ["a window under a minute", { windowSeconds: 59 }, "windowSeconds"],
  ["a negative window", { windowSeconds: -60 }, "windowSeconds"],
  ["a fractional window", { windowSeconds: 60.5 }, "windowSeconds"],
  ["a window as text", { windowSeconds: "60" }, "windowSeconds"],
  ["a window above the resource's", { windowSeconds: 1801 }, "windowSeconds"],
  ["a window above any", { windowSeconds: 43_201 }, "windowSeconds"],
  ["a window beyond all numbers", { windowSeconds: 1e21 }, "windowSeconds"],
  ["no purpose", { purpose: undefined }, "purpose"],
  ["an empty purpose", { purpose: " \u200b\n" }, "purpose"],
  ["a long purpose", { purpose: "x".repeat(501) }, "purpose"],
  ["a start in the past", { startsAt: "2026-11-21T09:29:59Z" }, "startsAt"],
  ["a start too far ahead", { startsAt: "2026-11-29T09:30:00Z" }, "startsAt"],
  ["a start with a fraction", { startsAt: "2026-11-22T09:30:00.5Z" }, "startsAt"],
  ["a start with an offset", { startsAt: "2026-11-22T09:30:00+01:00" }, "startsAt"],
  ["a start that is no time", { startsAt: "soon" }, "startsAt"],
  ["masked reads of what has no masking rules", { masked: true, resource: "product-docs" }, "masked"],
  ["a prefix and keys", { scope: { prefix: "a", keys: ["a"] } }, "scope"],
  ["a field that the scope has not", { scope: { prefix: "a", bucket: "b" } }, "scope.bucket"],
  ["another kind's scope", { scope: { leadingKeys: ["a"] } }, "scope"],
  ["a ticket with spaces", { ticket: "a b" }, "ticket"],
];
/** Which must mean nothing, and never everything. */
const empty: typeof fields = [
  ["an empty scope", { scope: {} }, "scope"],
  ["a scope that is null", { scope: null }, "scope"],
  ["a scope that is a list", { scope: [] }, "scope"],
  ["an empty prefix", { scope: { prefix: "" } }, "scope.prefix"],
  ["an empty list of keys", { scope: { keys: [] } }, "scope.keys"],
  ["an empty key", { scope: { keys: ["a", ""] } }, "scope.keys.1"],
];
it("says a field's name back as far as it may be one (I-53)", async () => {
  const { status, body } = await ask({ ...sensitive, ["x".repeat(9_000)]: 1 });
  const { error } = body as { error: { message: string; details: { path: string } } };
  expect(status).toBe(400);
  expect(error.details.path).toBe(`${"x".repeat(128)}…`);
  expect(error.message.length).toBeLessThan(200);
});

const escapes = [
  "../",
  "a/../b",
  "/etc",
  "a//b",
  "*",
  "a*",
  "?",
  "\u0024{aws:userid}",
  "$",
  "%2e%2e/",
  "a\\b",
  'a"b',
  "a\u0000",
  "ａ",
  "./a",
];
const forbidden = [
  "status",
  "approver",
  "approvers",
  "stage",
  "stages",
  "digest",
  "approvedAt",
  "id",
  "plan",
  "actions",
  "policy",
];

it("says of a field that is missing that it is, in words that are not about types", async () => {
  const { purpose: _, ...body } = sensitive;
  const reply = await at.world.agent("support-assistant").ask(body);
  expect(reply.body).toMatchObject({ error: { details: { path: "purpose", problem: "is missing" } } });
});

describe("an ask with bad input is refused with a code and the path of the field", () => {
  const isRefused = async (_: string, change: Record<string, unknown>, path: string) => {
    const reply = await ask({ ...sensitive, ...change });
    expect(reply).toMatchObject({ status: 400, code: "invalid_request" });
    expect(`${reply.path}`.startsWith(path), `${reply.path} for ${path}`).toBe(true);
    onlyRefusal();
  };
  it.each(fields)("%s", isRefused);
  it.each(empty)("%s, which means nothing and never everything (A-22)", isRefused);
  it.each(escapes)("a scope that escapes or could be a wildcard: %j (A-20)", async (value) => {
    expect(await ask({ ...sensitive, scope: { prefix: value } })).toMatchObject({
      status: 400,
      path: "scope.prefix",
    });
    expect(await ask({ ...sensitive, scope: { keys: [value] } })).toMatchObject({
      status: 400,
      path: "scope.keys.0",
    });
    expect(at.world.sts.requests).toBe(0);
  });
  it.each(forbidden)("the field %s, which is not the asker's to set (A-01, I-21)", async (field) => {
    expect(await ask({ ...sensitive, [field]: "APPROVED" })).toMatchObject({ status: 400, path: field });
    onlyRefusal();
  });
  it("a scope whose policy AWS would not take, naming what to narrow (A-21, I-05)", async () => {
    const keys = Array.from({ length: 20 }, (_, n) => `${n}/${"k".repeat(150)}`);
    const reply = await ask({ ...sensitive, scope: { keys } });
    expect(reply).toMatchObject({ status: 400, code: "scope_too_large", path: "scope.keys" });
    onlyRefusal();
  });
});

const json = (more: string) =>
  `{"resource":"claims","access":"read","windowSeconds":900,"purpose":"p"${more}}`;
const bodies: [string, string, string][] = [
  ["not JSON", "{", "not valid JSON"],
  ["nothing", "", "is missing"],
  ["null", "null", "expected"],
  ["a list", "[]", "expected"],
  ["a key twice", json(',"access":"list"'), "twice"],
  ["a key twice, once escaped", json(',"\\u0061ccess":"list"'), "twice"],
  ["a key twice, deep inside", json(',"scope":{"prefix":"a","prefix":"b"}'), "twice"],
  ["too deep", json(`,"scope":${"[".repeat(9)}${"]".repeat(9)}`), "nested"],
  ["very deep", `${"[".repeat(8_000)}${"]".repeat(8_000)}`, "nested"],
  ["too large", json(`,"ticket":"${"x".repeat(20_000)}"`), "larger"],
  ["1 MB of purpose", JSON.stringify({ ...sensitive, purpose: "x".repeat(1_000_000) }), "larger"],
  ["prototype pollution", json(',"__proto__":{"status":"APPROVED"}'), "__proto__"],
  [
    "prototype pollution of the scope",
    json(',"scope":{"prefix":"a","__proto__":{"prefix":""}}'),
    "__proto__",
  ],
  ["a constructor", json(',"constructor":{"prototype":{"dryRun":true}}'), "field"],
];

describe("a body that is refused before it is an ask", () => {
  it.each(bodies)("%s", async (_, body, problem) => {
    const reply = await ask(body);
    expect(reply).toMatchObject({ status: 400, code: "invalid_request" });
    expect(reply.text).toContain(problem);
    onlyRefusal();
    expect(({} as { status?: string }).status).toBeUndefined();
  });
  it.each([
    ["with tabs and line ends", json("").replaceAll(",", ",\r\n\t").replace("{", "{\t")],
    ["with escapes", json(',"ticket":"\\u0041\\/1"')],
    ["with characters beyond the basic plane", json("").replace('"p"', '"\\ud83d\\ude00 and 😀"')],
    [
      "with what YAML would read otherwise",
      json("").replace('"p"', '"yes: # - & * ! | > % @ ` {{}} \u2028"'),
    ],
  ])("but not one %s", async (_, body) => {
    expect(await ask(body)).toMatchObject({ status: 201 });
  });
  it("refuses a query where none belongs or one given twice, and passes over the body of a GET", async () => {
    const agent = at.world.agent("support-assistant");
    expect(await agent.call("POST", "/grants", { body: sensitive, query: { dryRun: "true" } })).toMatchObject(
      { status: 400, path: "dryRun" },
    );
    expect(await agent.call("GET", "/catalogue", { body: { a: 1 } })).toMatchObject({ status: 200 });
    expect(await agent.call("GET", "/grants", { query: { limit: ["1", "2"] } })).toMatchObject({
      status: 400,
      path: "limit",
    });
    expect(await agent.call("GET", "/grants", { query: { limit: "0" } })).toMatchObject({
      status: 400,
      path: "limit",
    });
  });
  it("knows no other paths and methods", async () => {
    const agent = at.world.agent("support-assistant");
    expect((await agent.call("GET", "/nothing")).status).toBe(404);
    expect([404, 405]).toContain((await agent.call("DELETE", "/grants")).status);
    expect((await agent.call("GET", "/grants/..%2f..%2fx")).status).toBe(404);
  });
});

describe("refusals are on record without flooding it (I-59)", () => {
  it("writes one event for the first, counts the rest, and one event when the minute is over", async () => {
    for (let times = 0; times < 7; times += 1) await ask({ ...sensitive, access: "write" });
    expect(at.world.events("request.refused")).toMatchObject([
      {
        actor: { id: "support-assistant" },
        facts: { code: "invalid_request", count: 1, path: "POST /grants" },
      },
    ]);
    await at.world.advance(60_000);
    await at.world.sweep();
    expect(at.world.events("request.refused").map(({ facts }) => facts.count)).toEqual([1, 6]);
    expect(at.world.fake.items().filter(({ entity }) => entity === "refusals")).toEqual([]);
  });
});
