import { parquetWriteBuffer } from "hyparquet-writer";
import { type ClaimRow, claims, claimsCsv } from "../../../local/data/claims.ts";
import { ACCOUNT } from "../../fakes/api.ts";
import { asked } from "../../fakes/scenes.ts";
import type { World } from "../../fakes/world.ts";

export const BUCKET = `latchkey-example-production-${ACCOUNT}`;
/** The example's own claims, a few dozen of them. */
export const rows: readonly ClaimRow[] = claims(20_260_401, 30);

/** What of a claim nobody may find in anything that Latchkey says. Short values would be found by chance. */
export const rawValues = (from: readonly ClaimRow[]): string[] =>
  [
    ...new Set(
      from.flatMap((row) => [
        ...[row.full_name, row.email, row.phone, row.national_id, row.payout_account, row.address],
        ...[row.claim_id, row.customer_id, row.policy_number, row.birth_date],
      ]),
    ),
  ].filter((value) => value.length > 5);

/** Two quarters as CSV, in one page of a listing with what holds no rows. */
export function withClaims(world: World): void {
  const half = rows.length / 2;
  world.objects.put(BUCKET, "claims/2025/q4/claims.csv", claimsCsv(rows.slice(0, half)));
  world.objects.put(BUCKET, "claims/2026/q1/claims.csv", claimsCsv(rows.slice(half)));
  world.objects.put(BUCKET, "claims/2026/notes.txt", "no rows");
  world.objects.put(BUCKET, "medical/2026/reports.csv", claimsCsv(rows));
}

export const ARCHIVED = rows.slice(0, 12).map((row, index) => ({
  claim: row.claim_id,
  status: row.status,
  amount: Number(row.amount),
  year: index < 6 ? 2023 : 2024,
  claimant: { name: row.full_name, email: row.email, born: row.birth_date },
  witnesses: [{ name: rows[index + 15]?.full_name, phone: rows[index + 15]?.phone }],
  note: `${row.full_name} called, and is reached at ${row.email}.`,
}));

/** The archive: nested rows as JSON Lines, flat ones as Parquet. */
export function withArchive(world: World): void {
  const lines = ARCHIVED.slice(0, 6).map((row) => `${JSON.stringify(row)}\n`);
  world.objects.put(BUCKET, "archive/2023/claims.jsonl", lines.join(""));
  const flat = ARCHIVED.slice(6);
  const column = (name: "claim" | "status" | "note") => ({
    name,
    type: "STRING" as const,
    data: flat.map((row) => row[name]),
  });
  const columnData = [
    ...(["claim", "status", "note"] as const).map(column),
    { name: "claimant_name", type: "STRING" as const, data: flat.map(({ claimant }) => claimant.name) },
    { name: "amount", type: "DOUBLE" as const, data: flat.map(({ amount }) => amount) },
    { name: "year", type: "INT32" as const, data: flat.map(({ year }) => year) },
  ];
  const file = parquetWriteBuffer({ columnData, codec: "SNAPPY", rowGroupSize: 4 });
  world.objects.put(BUCKET, "archive/2024/claims.parquet", new Uint8Array(file));
}

const masked = {
  resource: "claims",
  access: "read",
  windowSeconds: 600,
  masked: true,
  purpose: "Count claims by kind",
};
/** A masked grant of the analytics copilot, active at once. */
export const maskedGrant = (world: World, more: object = {}) =>
  asked(world, "analytics-copilot", { ...masked, ...more });

export type Body = { rows: Record<string, unknown>[]; masked: number; detected: number; cursor?: string };

/** Every page of a reading. */
export async function allPages(world: World, id: string, body: object = {}): Promise<Body[]> {
  const pages: Body[] = [];
  for (let cursor: string | undefined; ; ) {
    const reply = await world.agent("analytics-copilot").read(id, { ...body, ...(cursor ? { cursor } : {}) });
    if (reply.status !== 200) throw new Error(`read, and got ${reply.status} ${reply.text}`);
    const page = reply.body as Body;
    pages.push(page);
    if (page.cursor === undefined) return pages;
    cursor = page.cursor;
  }
}
