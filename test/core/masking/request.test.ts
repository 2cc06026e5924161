import { describe, expect, it } from "vitest";
import { holds } from "../../../functions/core/masking/filter.ts";
import { masking } from "../../../functions/core/masking/masking.ts";
import { stepsOf } from "../../../functions/core/masking/paths.ts";
import { projector } from "../../../functions/core/masking/project.ts";
import { rowsWanted } from "../../../functions/core/masking/request.ts";

const rules = masking.parse({
  source: { from: "files", formats: ["jsonl"] },
  fields: [
    { path: "id", method: "token", class: "id" },
    { path: "claimant.email", method: "token", class: "email" },
    { path: "claimant.country", method: "keep", class: "none" },
    { path: "amount", method: "keep", class: "none" },
    { path: "open", method: "keep", class: "none" },
    { path: "items[].sku", method: "keep", class: "none" },
    { path: "contacts{}", method: "token", class: "phone" },
    { path: "contacts{key}", method: "token", class: "name" },
  ],
  filters: { "claimant.country": "text", amount: "number", open: "boolean" },
});
const codeOf = (body: Parameters<typeof rowsWanted>[1], within?: string[]) => {
  const wanted = rowsWanted(rules, body, within);
  return wanted.ok ? "ok" : wanted.refusal.error.code;
};
const filter = (column: string, value: string | number | boolean = "x", is = "=") =>
  codeOf({ filters: [{ column, is: is as "=", value }] });

describe("columns and filters", () => {
  it.each([
    ["nobody", "claimant", "claimant.name", "items", "items[]", "contacts", "", " amount", "amount "],
    ["__proto__", "constructor", "toString", "claimant.__proto__", '"__proto__"'],
    ['amount" FROM x --', "amount; DROP TABLE x", "a.b.c.d", "amount.x", "*", "amount,id", "[]", "{key}"],
  ])("refuse what the list does not have", (...paths) => {
    for (const path of paths)
      expect([path, codeOf({ columns: [path] })]).toEqual([path, "column_not_allowed"]);
    for (const path of paths) expect([path, filter(path)]).toEqual([path, "column_not_allowed"]);
  });

  it("say where, and not what, is refused", () => {
    const wanted = rowsWanted(rules, { columns: ["amount", "ann@example.com"] });
    expect(JSON.stringify(wanted)).not.toContain("ann@");
    expect(wanted).toMatchObject({ refusal: { error: { details: { path: "columns.1" } } } });
  });

  it("I-60 take no filter on a masked column, nor on one that is kept and not listed", () => {
    for (const path of ["id", "claimant.email", "contacts{}", "contacts{key}", "items[].sku"])
      expect([path, filter(path)]).toEqual([path, "column_not_allowed"]);
    expect(filter("claimant.country")).toBe("ok");
    expect(filter('claimant."country"')).toBe("ok");
  });

  it("hold values to the type that is listed", () => {
    expect(filter("amount", "1 OR 1=1")).toBe("invalid_request");
    expect(filter("amount", 5, ">=")).toBe("ok");
    expect(filter("open", true, ">")).toBe("invalid_request");
    expect(filter("open", true, "!=")).toBe("ok");
    expect(filter("claimant.country", 5)).toBe("invalid_request");
  });

  it("are within what a grant on some attributes covers", () => {
    expect(codeOf({ columns: ["amount"] }, ["amount"])).toBe("ok");
    expect(codeOf({ columns: ["claimant.email"] }, ["amount"])).toBe("column_not_allowed");
    expect(codeOf({ filters: [{ column: "open", is: "=", value: true }] }, ["amount"])).toBe(
      "column_not_allowed",
    );
    expect(rowsWanted(rules, {}, ["amount"])).toMatchObject({ wanted: { columns: [[{ name: "amount" }]] } });
  });
});

describe("a filter", () => {
  const row = { amount: "12.50", n: 3n, open: "true", claimant: { country: "DE" }, none: null };
  const over = (names: string[], is: string, type: string, value: unknown) =>
    holds([{ names, is, type, value } as Parameters<typeof holds>[0][number]], row);

  it("compares by its type, and texts of CSV too", () => {
    expect(over(["amount"], ">", "number", 9)).toBe(true);
    expect(over(["amount"], "=", "number", 12.5)).toBe(true);
    expect(over(["n"], "<=", "number", 3)).toBe(true);
    expect(over(["open"], "=", "boolean", true)).toBe(true);
    expect(over(["claimant", "country"], "=", "text", "DE")).toBe(true);
  });

  it("never holds of what is not there, whatever it asks", () => {
    for (const is of ["=", "!=", "<", ">="])
      for (const names of [
        ["none"],
        ["missing"],
        ["claimant"],
        ["claimant", "x"],
        ["__proto__"],
        ["constructor"],
      ])
        expect([is, names, over(names, is, "text", "DE")]).toEqual([is, names, false]);
  });
});

describe("the columns of a row", () => {
  const row = {
    id: "id_x",
    claimant: { email: "email_x", country: "DE", other: 1 },
    items: [{ sku: "a", n: 1 }, { sku: "b" }],
    contacts: { name_x: "phone_x" },
    amount: 3,
  };
  const columns = (...paths: string[]) => projector(paths.map((path) => stepsOf(path) ?? []))(row);

  it("are cut out of it, nested as they were", () => {
    expect(columns("amount", "claimant.country")).toEqual({ claimant: { country: "DE" }, amount: 3 });
    expect(columns("items[].sku")).toEqual({ items: [{ sku: "a" }, { sku: "b" }] });
    expect(columns("contacts{}")).toEqual({ contacts: { name_x: "phone_x" } });
    expect(columns("contacts{key}")).toEqual({ contacts: { name_x: "phone_x" } });
  });

  it("are absent where the row has none of them", () => {
    expect(columns("items[].price", "amount.x")).toEqual({ items: [{}, {}], amount: 3 });
  });
});
