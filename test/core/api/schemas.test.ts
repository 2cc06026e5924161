import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listQuery, oneQuery } from "../../../functions/core/api/queries.ts";
import { askBody, idempotencyKey, lockdownBody } from "../../../functions/core/api/schemas.ts";

const ask = { resource: "claims", access: "read", windowSeconds: 600, purpose: "answer a customer" };
const pathOf = (body: unknown) => askBody.safeParse(body).error?.issues[0]?.path.join(".");

describe("an ask", () => {
  it("is taken as it is, with its text cleaned", () => {
    const all = {
      ...ask,
      scope: { prefix: "2026/" },
      startsAt: "2026-11-21T09:30:00Z",
      task: "conversation/48213",
      ticket: "CARE-2291",
      onBehalfOf: "nora@example.com",
      model: "m:1",
      masked: false,
      clientId: "c-1",
      dryRun: true,
    };
    expect(askBody.parse({ ...all, purpose: " answer\n a \u202ecustomer " })).toEqual(all);
  });

  it.each([
    "status",
    "approver",
    "approvers",
    "stage",
    "digest",
    "approvedAt",
    "agent",
    "endsAt",
    "policy",
    "decision",
  ])("may not say %s (I-21)", (field) => {
    const parsed = askBody.safeParse({ ...ask, [field]: "x" });
    expect(parsed.error?.issues[0]).toMatchObject({ code: "unrecognized_keys", keys: [field] });
  });

  it.each([0, -1, 59, 60.5, 43_201, 1e21, Number.NaN, Number.POSITIVE_INFINITY, "600", null, [600]])(
    "may not last %s seconds",
    (windowSeconds) => expect(pathOf({ ...ask, windowSeconds })).toBe("windowSeconds"),
  );

  it.each([
    "2026-11-21",
    "2026-11-21T09:30:00.5Z",
    "2026-11-21T09:30:00+01:00",
    "2026-02-30T00:00:00Z",
    "2026-11-21T09:30Z",
    "now",
    0,
  ])("may not start at %s", (startsAt) => expect(pathOf({ ...ask, startsAt })).toBe("startsAt"));

  it.each([
    ["resource", ""],
    ["resource", { toString: "claims" }],
    ["access", 1],
    ["scope", "2026/"],
    ["scope", null],
    ["scope", []],
    ["purpose", ""],
    ["purpose", "x".repeat(501)],
    ["purpose", "x".repeat(1_000_000)],
    ["task", "a b"],
    ["task", "<b>"],
    ["ticket", "-".repeat(129)],
    ["onBehalfOf", "=cmd|'/c calc'!A0"],
    ["onBehalfOf", "@sum"],
    ["model", "m\u202e"],
    ["clientId", ""],
    ["masked", "false"],
    ["dryRun", 1],
  ])("may not have %s be %j (I-53)", (field, value) => {
    expect(pathOf({ ...ask, [field]: value })).toBe(field);
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(askBody.safeParse(value).success).toBe(false);
      }),
    );
  });
});

describe("the rest of what clients send", () => {
  it("may be numbers, written plainly", () => {
    expect(listQuery.parse({ limit: "25" })).toEqual({ limit: 25 });
    expect(oneQuery.parse({ wait: "2.5" })).toEqual({ wait: 2.5 });
  });

  it.each(["", "Rag", "a b", "x".repeat(65), "x".repeat(5_000)])(
    "%j is no target of a lockdown: it would be a key of the table",
    (id) => {
      const parsed = lockdownBody.safeParse({ target: { type: "agent", id }, reason: "an incident" });
      expect(parsed.error?.issues[0]?.path).toEqual(["target", "id"]);
    },
  );

  it.each(["", "a b", "é", "a\n", "k".repeat(129)])("%j is no idempotency key", (key) => {
    expect(idempotencyKey.safeParse(key).success).toBe(false);
  });

  it.each([
    { limit: "0" },
    { limit: "101" },
    { limit: "1.5" },
    { limit: "x" },
    { limit: "" },
    { limit: "0x10" },
    { limit: "1e1" },
    { agent: "" },
    { agent: "Rag" },
    { cursor: "../a" },
    { status: "ACTIVE" },
  ])("%j is no query for a list", (query) => expect(listQuery.safeParse(query).success).toBe(false));

  it.each([
    { wait: "6" },
    { wait: "-1" },
    { wait: "x" },
    { wait: "Infinity" },
    { wait: "NaN" },
    { wait: "" },
    { wait: " 5 " },
    { wait: "0x5" },
    { wait: "5e0" },
    { all: "1" },
  ])("%j is no query for one", (query) => expect(oneQuery.safeParse(query).success).toBe(false));
});
