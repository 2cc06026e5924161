import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allRoutes } from "../../../functions/core/api/routes.ts";
import { type Bindings, differences } from "../../e2e/api-doc/compare.ts";
import { examplesIn, parseShown } from "../../e2e/api-doc/examples.ts";

const document = readFileSync(new URL("../../../docs/api.md", import.meta.url), "utf8");
const examples = examplesIn(document);
const pattern = (path: string) =>
  new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
const isOf = (route: (typeof allRoutes)[number]) => (example: (typeof examples)[number]) =>
  example.method === route.method && pattern(route.path).test(example.path.split("?")[0] ?? "");

describe("docs/api.md", () => {
  it.each(allRoutes)("has a heading and a worked example of $method $path", (route) => {
    expect(examples.filter(isOf(route)).length).toBeGreaterThan(0);
    const headings = document.split("\n").filter((line) => line.startsWith("## "));
    const ofIt = headings.filter(
      (line) => line.includes(`${route.path}\``) || line.includes(`${route.path}?`),
    );
    expect(ofIt.some((line) => line.includes(`\`${route.method}`))).toBe(true);
  });

  it("shows no request that is none of the routes', and no status that its row does not have", () => {
    for (const example of examples) {
      const route = allRoutes.find((each) => isOf(each)(example));
      expect(route, example.path).toBeDefined();
      const { status, body } = example.answer;
      const code = (body as { error?: { code: string } } | undefined)?.error?.code;
      if (code === undefined) expect(Object.keys(route?.answers ?? {})).toContain(String(status));
      else expect(route?.refuses).toContain(code);
    }
  });
});

describe("an answer is compared with what is shown", () => {
  const compare = (shown: string, real: unknown, bound: Bindings = new Map()) =>
    differences(parseShown(shown), real, bound);

  it.each([
    ['{ "a": 1, … }', { a: 1, b: 2 }],
    ['{ "a": … }', { a: { b: [1] } }],
    ['{ "a": "one…end" }', { a: "one two end" }],
    ["[ …, 2, … ]", [1, 2, 3]],
    ["[ 1, … ]", [1]],
    ['{ "at": "2026-11-21T11:45:27Z" }', { at: "2027-01-01T00:00:00.123Z" }],
    ['{ "a": "kck36ugxerh65iic", "b": "kck36ugxerh65iic" }', { a: "a".repeat(16), b: "a".repeat(16) }],
  ])("%s is %j", (shown, real) => expect(compare(shown, real)).toEqual([]));

  it.each([
    ['{ "a": 1 }', { a: 1, b: 2 }],
    ['{ "a": 1, … }', { b: 2 }],
    ['{ "a": 1, … }', { a: "1" }],
    ['{ "a": "one…" }', { a: "two" }],
    ["[ …, 2 ]", [1, 2, 3]],
    ["[ ]", [1]],
    ["[ 1, … ]", []],
    ['{ "at": "2026-11-21T11:45:27Z" }', { at: "soon" }],
    ['{ "a": "kck36ugxerh65iic", "b": "kck36ugxerh65iic" }', { a: "a".repeat(16), b: "b".repeat(16) }],
    ['{ "a": { "b": … } }', { a: null }],
  ])("%s is not %j", (shown, real) => expect(compare(shown, real).length).toBeGreaterThan(0));

  it("keeps what stands for an id, for the requests that follow", () => {
    const bound: Bindings = new Map();
    compare('[ …, { "id": "kck36ugxerh65iic" } ]', [{ id: 1 }, { id: "b".repeat(16) }], bound);
    expect(bound.get("kck36ugxerh65iic")).toBe("b".repeat(16));
  });
});
