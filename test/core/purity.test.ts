import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importsOf, impurities, walk } from "./purity.ts";

const root = join(import.meta.dirname, "../../functions/core");
const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => join(root, name));

describe("functions/core", () => {
  it("is pure: no SDK, no clock, no chance, no environment, in any file or what it imports", () => {
    const { seen, problems } = walk(files, root);
    expect(problems).toEqual([]);
    expect(seen.length).toBeGreaterThan(25);
  });
});

const planted: [string, string][] = [
  ["the AWS SDK", 'import { STSClient } from "@aws-sdk/client-sts";'],
  ["the AWS SDK", "export * from '@aws-sdk/lib-dynamodb';"],
  ["the AWS SDK", 'const sdk = await import("@aws-sdk/client-s3");'],
  ["Powertools", 'import { Logger } from "@aws-lambda-powertools/logger";'],
  ["files, processes or the network", 'import { readFileSync } from "node:fs";'],
  ["files, processes or the network", 'import fs from "fs/promises";'],
  ["files, processes or the network", 'import { exec } from "node:child_process";'],
  ["the clock", "const t = Date.now();"],
  ["the clock", "const clock = { now: Date.now };"],
  ["the clock", "const t = new Date();"],
  ["the clock", "const t = new Date( ).toISOString();"],
  ["the clock", "const t = new Date;"],
  ["the clock", "const t = Date();"],
  ["timers", "setTimeout(() => {}, 1);"],
  ["chance", "const r = Math.random();"],
  ["chance", 'import { randomUUID } from "node:crypto";'],
  ["chance", "crypto.getRandomValues(new Uint8Array(1));"],
  ["the environment", "const name = process.env.TABLE_NAME;"],
  ["the environment", 'const name = process["env"];'],
  ["the network", 'await fetch("https://example.com");'],
  ["modules unknown before it runs", "const all = await import(name);"],
];

const harmless = [
  "const t = new Date(ms).toISOString();",
  "// Date.now() is not for us\nexport const a = 1;",
  "/* fetch(x), Math.random */ export const a = 1;",
  'import { createHash, timingSafeEqual } from "node:crypto";',
  "const date = toDate(text); const refetched = prefetch(a);",
  'const url = "https://example.com/a"; export const b = 2;',
];

describe("the check itself", () => {
  it.each(planted)("finds %s in %s", (name, source) => expect(impurities(source)).toContain(name));
  it.each(harmless)("finds nothing in %s", (source) => expect(impurities(source)).toEqual([]));

  it("finds what hides behind a text with slashes", () => {
    expect(impurities('const url = "https://x"; const t = Date.now(); // why')).toEqual(["the clock"]);
  });

  it("knows every form of import", () => {
    const source =
      'import a from "./a.ts";\nimport "./b.ts";\nexport { c } from\n "./c.ts";\nimport type { D } from "./d.ts";\nawait import("./e.ts");';
    expect(importsOf(source)).toEqual(["./a.ts", "./b.ts", "./c.ts", "./d.ts", "./e.ts"]);
  });

  it("follows imports, and says when one leaves the core or is an unknown package", () => {
    const sources: Record<string, string> = {
      "/core/a.ts": 'import "./sub/b.ts"; import * as z from "zod";',
      "/core/sub/b.ts": 'import "../c.ts"; import "../../aws/table.ts";',
      "/core/c.ts": 'import "./a.ts"; import axios from "axios"; export const t = Date.now();',
    };
    expect(walk(["/core/a.ts"], "/core", (path) => sources[path] ?? "")).toEqual({
      seen: ["/core/a.ts", "/core/sub/b.ts", "/core/c.ts"],
      problems: [
        "/core/c.ts: the clock",
        "/core/c.ts: imports axios",
        "/core/sub/b.ts: imports ../../aws/table.ts, which is outside the core",
      ],
    });
  });
});
