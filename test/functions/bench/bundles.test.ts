import { expect, it } from "vitest";
import { type Bundle, bundles } from "../../bench/start/bundles.ts";

const MEBIBYTE = 1_048_576;
const tooLarge = (all: readonly Bundle[]): string[] =>
  all.filter(({ code, cedar }) => !cedar && code.length > MEBIBYTE).map(({ name }) => name);

it("every function's file is at most 1 MiB, but for those that evaluate policy", async () => {
  const all = await bundles();
  expect(all.length).toBeGreaterThanOrEqual(24);
  expect(tooLarge(all)).toEqual([]);
  expect(all.filter(({ cedar }) => cedar).map(({ name }) => name)).toEqual([
    ...["approval-page", "decisions-api", "grants-api", "issue-permit"],
    ...["mint-credentials", "start-approvals", "sweep"],
  ]);
  // What kept starts slow does not come back by an import: undici behind `node:http`, a YAML parser.
  for (const { name, code } of all) {
    const text = Buffer.from(code).toString("latin1");
    expect(/from"(node:)?http"/.test(text), `${name} imports http`).toBe(false);
    expect(text.includes("YAMLParseError"), `${name} has a YAML parser`).toBe(false);
  }
  const swollen = { name: "swollen", code: new Uint8Array(MEBIBYTE + 1), cedar: false };
  expect(tooLarge([...all, swollen])).toEqual(["swollen"]);
});
