import { gunzipSync, gzipSync } from "node:zlib";
import { auditEvent, type SealedEvent } from "../../functions/core/audit/event.ts";
import { verifyRecord } from "../../functions/core/audit/verify/verify.ts";
import { sha256Hex } from "../../functions/core/canonical.ts";
import { exportBatch } from "../../functions/export-audit/export.ts";
import { dice, life } from "../core/audit/verify/lives.ts";
import { headsOf, listed, RECORD, START, signed, signer } from "../core/audit/verify/log.ts";
import { recordFor } from "../functions/export-audit/fixtures.ts";
import { paired, TABLE_HEAD, tableRow } from "./measure.ts";

const EVENTS = 6_000;
const BATCH = 1_000;
const HOUR = 3_600_000;

/** An hour of grants' lives. */
function history(): SealedEvent[] {
  const chance = dice(1);
  const events: SealedEvent[] = [];
  while (events.length < EVENTS) events.push(...life(chance, START + chance.below(HOUR / 2), START + HOUR));
  return events.sort((a, b) => (a.event.time < b.event.time ? -1 : 1));
}

function batchesOf(events: readonly SealedEvent[]): SealedEvent[][] {
  const count = Math.ceil(events.length / BATCH);
  return Array.from({ length: count }, (_, index) => events.slice(index * BATCH, (index + 1) * BATCH));
}

async function exported(batches: readonly SealedEvent[][]): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const put = async (key: string, bytes: Uint8Array) => {
    files.set(key, bytes);
    return "stored" as const;
  };
  for (const batch of batches)
    await exportBatch({ put, now: () => START, log: () => undefined }, batch.map(recordFor));
  return files;
}

function digested(files: Map<string, Uint8Array>, events: readonly SealedEvent[]): Map<string, Uint8Array> {
  const iso = (ms: number) => new Date(ms).toISOString();
  const objects = [...files]
    .map(([key, bytes]) => listed(key, bytes))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const [from, to, madeAt] = [START, START + HOUR, START + HOUR + 600_000];
  const about = {
    record: RECORD,
    number: 1,
    from: iso(from),
    to: iso(to),
    madeAt: iso(madeAt),
    previous: null,
  };
  const digest = signed(signer, about, { objects, heads: headsOf(events, { from, to }) });
  return new Map(files).set(digest.key, digest.bytes);
}

async function verified(files: Map<string, Uint8Array>): Promise<void> {
  const list = () => [...files].map(([key, bytes]) => ({ key, bytes: bytes.length }));
  const read = async (key: string) => files.get(key) ?? ("missing" as const);
  const { verdict, first } = await verifyRecord({ source: { list, read }, keys: [signer] });
  if (verdict !== "whole") throw new Error(JSON.stringify(first));
}

/** The plain way: a line of JSON an event with its hash, gzipped; read back, parsed by the same schema, hashed. */
const plainWritten = (batches: readonly SealedEvent[][]): Buffer[] =>
  batches.map((batch) => gzipSync(batch.map(({ body, hash }) => `${hash} ${body}\n`).join("")));
function plainRead(files: readonly Buffer[]): void {
  for (const file of files)
    for (const line of gunzipSync(file).toString("utf8").trimEnd().split("\n")) {
      const [hash, body] = [line.slice(0, 64), line.slice(65)];
      auditEvent.parse(JSON.parse(body));
      if (sha256Hex(body) !== hash) throw new Error("wrong hash");
    }
}

/** Events a second exported and verified, and bytes an event, each beside plain gzip JSON Lines in the same run. */
export async function benchRecord(): Promise<string[]> {
  const events = history();
  const batches = batchesOf(events);
  const files = await exported(batches);
  const record = digested(files, events);
  const plain = plainWritten(batches);
  const sizeOf = (all: Iterable<Uint8Array>) => [...all].reduce((sum, bytes) => sum + bytes.length, 0);
  const perSecond = (ms: number) => (events.length / ms) * 1_000;
  const line = (what: string, a: number, b: number, unit: string) =>
    tableRow(what, { a, b, ratio: a / b }, unit);
  const made = await paired(
    () => exported(batches),
    () => plainWritten(batches),
    3,
  );
  const checked = await paired(
    () => verified(record),
    () => plainRead(plain),
    3,
  );
  const bytes = (all: Iterable<Uint8Array>) => sizeOf(all) / events.length;
  return [
    ...TABLE_HEAD,
    line(
      "exported to Parquet, beside plain gzip JSON Lines",
      perSecond(made.a),
      perSecond(made.b),
      "events/s",
    ),
    line("verified, beside lines parsed and hashed", perSecond(checked.a), perSecond(checked.b), "events/s"),
    line("an event with its digest, beside a plain one", bytes(record.values()), bytes(plain), "bytes"),
  ];
}
