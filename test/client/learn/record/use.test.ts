import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { folderSource } from "../../../../client/audit/folder.ts";
import { exitCodes } from "../../../../client/exit.ts";
import { recordedUse, type UsedCall } from "../../../../client/learn/record/use.ts";
import { parquetOf } from "../../../../functions/aws/parquet.ts";
import { quotedText } from "../../../../functions/core/audit/flat-text.ts";
import { usageColumns } from "../../../../functions/core/audit/usage.ts";
import { type UsageRow, writeCalls } from "../year/used.ts";
import { YEAR } from "../year/year.ts";

const DAY = "2026-01-01";
const row = (more: Partial<UsageRow> = {}): UsageRow => ({
  ...{ usage_id: "a", used_at: new Date(YEAR.from), service: "s3", api_action: "ListObjects" },
  ...more,
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-use-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function read(): Promise<UsedCall[]> {
  const calls: UsedCall[] = [];
  for await (const call of recordedUse(folderSource(folder), YEAR)) calls.push(call);
  return calls;
}

/** A file as an earlier release wrote it: without what a listing asked for. */
function writeEarlier(name: string, rows: readonly UsageRow[]): void {
  const columns = usageColumns.filter((column) => column.name !== "listed_prefix");
  const path = join(folder, `usage/dt=${DAY}`);
  mkdirSync(path, { recursive: true });
  const values = rows.map((each) => columns.map((column) => each[column.name] ?? null));
  writeFileSync(join(path, `${name}.parquet`), parquetOf(columns, values));
}

describe("the calls of a record", () => {
  it.each(["0", "z"])("count once when a later release has imported one again (file %s)", async (name) => {
    writeEarlier(name, [row({ object_key: "'=a" })]);
    writeCalls(folder, DAY, [row({ object_key: "''=a", listed_prefix: "claims/" })]);
    expect((await read()).map(({ id }) => id)).toEqual(["a"]);
  });

  it("are tampered with where two that tell what was listed tell it otherwise, whatever lies between", async () => {
    writeEarlier("0", [row()]);
    writeCalls(folder, DAY, [row({ listed_prefix: "claims/" })]);
    writeCalls(folder, DAY, [row({ listed_prefix: "" })]);
    await expect(read()).rejects.toMatchObject({ exitCode: exitCodes.tampered });
  });

  it.each(["=a", "'=a", "''@b", "'quoted'", "' +c", " =d", "-/e", "it's"])(
    "name a key as it is, also one that a spreadsheet would take for a formula: %s",
    async (key) => {
      writeCalls(folder, DAY, [row({ object_key: quotedText(key) })]);
      expect(await read()).toMatchObject([{ key }]);
      expect(quotedText(key)).not.toMatch(/^\s*[=+\-@]/);
    },
  );
});
