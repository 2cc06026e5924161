import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addOcsf } from "../../client/audit/ocsf.ts";
import { exitCodes } from "../../client/exit.ts";
import { parquetOf } from "../../functions/aws/parquet.ts";
import { columns, rowOf } from "../../functions/core/audit/columns.ts";
import type { SealedEvent } from "../../functions/core/audit/event.ts";
import { ocsfProblems } from "../core/audit/ocsf/schema.ts";
import { leastFacts } from "../fakes/events.ts";
import { loose } from "../functions/export-audit/fixtures.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-ocsf-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const refused = (id: string, reason = "because") =>
  loose(id, leastFacts("request.refused", { reason, count: 1 }));
function put(path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}
const file = (events: readonly SealedEvent[]) => parquetOf(columns, events.map(rowOf));

async function run(...more: string[]): Promise<void> {
  const audit = new Command("audit").exitOverride();
  addOcsf(audit);
  await audit.parseAsync(["ocsf", "--events", folder, ...more], { from: "user" });
}
async function lines(): Promise<Record<string, unknown>[]> {
  const out = join(folder, "out.jsonl");
  await run("--out", out);
  const text = readFileSync(out, "utf8");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
const uid = (line: Record<string, unknown>) => (line.metadata as { uid: string }).uid;

describe("latchkey audit ocsf", () => {
  test("writes each event once, in the order of days, valid in OCSF", async () => {
    const [one, two, three] = [refused("one"), refused("two"), refused("three")];
    put("events/dt=2026-11-21/b.parquet", file([two, one]));
    put("events/dt=2026-11-20/a.parquet", file([three, one]));
    const found = await lines();
    expect(found.map(uid)).toEqual([three, one, two].map(({ event }) => event.id));
    for (const each of found) expect(ocsfProblems(each)).toEqual([]);
  });

  test("leaves out what holds no events", async () => {
    put("usage/dt=2026-11-21/u.parquet", "no events");
    put("quarantine/q.parquet", "no events");
    put("digests/d.json", "{}");
    put("events/dt=2026-11-21/e.parquet", file([refused("one")]));
    expect(await lines()).toHaveLength(1);
  });

  test("follows no link, and does not pass over what may be behind it", async () => {
    put("events/dt=2026-11-21/e.parquet", file([refused("one")]));
    symlinkSync(join(folder, "events/dt=2026-11-21/e.parquet"), join(folder, "link.parquet"));
    await expect(lines()).rejects.toMatchObject({
      exitCode: exitCodes.cannotTell,
      message: expect.stringContaining("link.parquet: it is "),
    });
  });

  test("writes hostile text so that no terminal and no reader of lines takes it for more (I-53)", async () => {
    const reason = "\u202e turned \u2066 \u200b \u0085 line\n\u2028 end \u001b[31m \u{e0041}";
    put("events/dt=2026-11-21/a.parquet", file([refused("hostile", reason)]));
    const [line] = await lines();
    expect(JSON.parse(String(line?.raw_data)).facts.reason).toBe(reason);
    const text = readFileSync(join(folder, "out.jsonl"), "utf8");
    expect(text.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test.each<[string, Uint8Array | string, number]>([
    ["is no Parquet", "PAR1 and nothing", exitCodes.cannotTell],
    [
      "has a row whose hash is another",
      file([{ ...refused("one"), hash: "0".repeat(64) }]),
      exitCodes.cannotTell,
    ],
    ["has two copies that differ", file([refused("one"), refused("one", "another")]), exitCodes.tampered],
  ])("stops with its name at a file that %s", async (_, content, exitCode) => {
    put("events/dt=2026-11-21/bad.parquet", content);
    await expect(run("--out", join(folder, "out.jsonl"))).rejects.toMatchObject({
      exitCode,
      message: expect.stringContaining("bad.parquet"),
    });
  });

  test("overwrites nothing, and needs a folder", async () => {
    put("out.jsonl", "mine");
    await expect(run("--out", join(folder, "out.jsonl"))).rejects.toMatchObject({
      exitCode: exitCodes.usage,
    });
    expect(readFileSync(join(folder, "out.jsonl"), "utf8")).toBe("mine");
    folder = join(folder, "missing");
    await expect(run()).rejects.toMatchObject({ exitCode: exitCodes.usage });
    folder = dirname(folder);
  });
});
