import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exportBatch } from "../../../functions/export-audit/export.ts";
import { fakeStore, loose, recordFor } from "./fixtures.ts";
import { exportedRows } from "./read.ts";

const hostile = [
  `"quoted", 'single', \`tick\``,
  "line\nbreak\r\nand\ttab",
  "=cmd|' /C calc'!A0",
  "'; DROP TABLE events; --",
  '{"v":1,"id":"injected"}',
  "\u202Eright to left\u202C \u200B zero width \uFEFF",
  "naïve — 漢字 🗝️ \u{10FFFF}",
  "nul \u0000 and bell \u0007 and escape \u001b[31m",
  "%{jndi:ldap://x} {{grant}} $& <script>alert(1)</script>",
  "",
  "x".repeat(100_000),
];

async function exportedPurposes(texts: readonly string[]): Promise<unknown[]> {
  const { deps, objects } = fakeStore();
  const events = texts.map((text, index) =>
    loose(`hostile-${String(index).padStart(8, "0")}`, { purpose: text, reason: text, people: text }),
  );
  await exportBatch(deps, events.map(recordFor));
  const rows = await exportedRows(objects);
  expect(rows.map((row) => row.body)).toEqual(events.map(({ body }) => body));
  for (const row of rows) expect([row.reason, row.people]).toEqual([row.purpose, row.purpose]);
  return rows.map((row) => row.purpose);
}

describe("I-53 hostile text", () => {
  test.each(hostile)("is exactly one row with equal text: %j", async (text) => {
    expect(await exportedPurposes([text])).toEqual([text]);
  });

  test("whatever it is, gives one row each", async () => {
    const text = fc.string({ unit: "binary", maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (texts) => {
        expect(await exportedPurposes(texts)).toEqual(texts);
      }),
      { numRuns: 50 },
    );
  });
});
