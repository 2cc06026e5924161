import { parquetWriteBuffer } from "hyparquet-writer";
import { type ClaimRow, claims } from "./claims.ts";
import type { DataObject } from "./objects.ts";

/** A closed claim of an earlier year, as the archive keeps it. */
type Archived = {
  claim: string;
  status: string;
  amount: number;
  year: number;
  claimant: { name: string; email: string; born: string };
  witnesses: { name: string; phone: string }[];
  note: string;
};

const archived = (row: ClaimRow, year: number, witness: ClaimRow): Archived => ({
  claim: row.claim_id,
  status: "settled",
  amount: Number(row.amount),
  year,
  claimant: { name: row.full_name, email: row.email, born: row.birth_date },
  witnesses: [{ name: witness.full_name, phone: witness.phone }],
  note: `${row.full_name} (${row.email}) was called on ${row.phone}. ${row.adjuster_note}`,
});

/** Text and numbers only: what every reader of Parquet reads alike. */
function parquet(rows: readonly Archived[]): Uint8Array {
  const text = (name: string, of: (row: Archived) => string) => ({
    ...{ name, type: "STRING" as const, data: rows.map(of) },
  });
  const columnData = [
    text("claim", ({ claim }) => claim),
    text("status", ({ status }) => status),
    text("claimant_name", ({ claimant }) => claimant.name),
    { name: "amount", type: "DOUBLE" as const, data: rows.map(({ amount }) => amount) },
    { name: "year", type: "INT32" as const, data: rows.map(({ year }) => year) },
    text("note", ({ note }) => note),
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, codec: "SNAPPY", rowGroupSize: 20 }));
}

/** Some dozens of claims: one year as JSON Lines, with claimants and witnesses nested, one as Parquet. */
export function archiveObjects(seed: number): DataObject<string | Uint8Array>[] {
  const rows = claims(seed, 200);
  const year = (from: number, of: number) =>
    rows.slice(from, from + 40).map((row, index) => archived(row, of, rows[from + 40 + index] ?? row));
  const lines = year(0, 2023).map((row) => `${JSON.stringify(row)}\n`);
  return [
    { key: "2023/claims.jsonl", body: lines.join(""), contentType: "application/x-ndjson" },
    {
      key: "2024/claims.parquet",
      body: parquet(year(80, 2024)),
      contentType: "application/vnd.apache.parquet",
    },
  ];
}
