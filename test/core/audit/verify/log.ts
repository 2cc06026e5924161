import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
  type ChainHead,
  type DigestFile,
  digestKey,
  jwsOf,
  type ListedObject,
  type PublicKey,
  publicKeyOf,
  type Statement,
  signingInput,
  statementHash,
  treesOf,
} from "../../../../functions/core/audit/digest.ts";
import type { SealedEvent } from "../../../../functions/core/audit/event.ts";
import type { VerifyOptions } from "../../../../functions/core/audit/verify/run.ts";
import { verifyRecord } from "../../../../functions/core/audit/verify/verify.ts";
import { canonicalJson } from "../../../../functions/core/canonical.ts";
import { exportBatch } from "../../../../functions/export-audit/export.ts";
import { loose, recordFor, recordOf } from "../../../functions/export-audit/fixtures.ts";
import { type Dice, dice, life } from "./lives.ts";

const HOUR = 3_600_000;
export const START = Date.parse("2026-11-21T09:00:00.000Z");
export const RECORD = "latchkey-audit-000000000000-us-east-1";

export type Signer = PublicKey & { private: KeyObject; pem: string };
/** A key as KMS would make one: only its public half leaves. */
export function newSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  return { ...publicKeyOf(pem), private: privateKey, pem };
}
export const signer = newSigner();

/** Signs a statement with its lists: the file as it is kept. */
export function signed(
  by: Signer,
  about: Omit<Statement, "objects" | "heads" | "v">,
  lists: Omit<DigestFile, "jws">,
): { key: string; bytes: Uint8Array; statement: Statement; jws: string } {
  const statement: Statement = { v: 1, ...about, ...treesOf(lists.objects, lists.heads) };
  const input = signingInput(statement, by.kid);
  const jws = jwsOf(
    input,
    sign("sha256", Buffer.from(input), { key: by.private, dsaEncoding: "ieee-p1363" }),
  );
  return { key: digestKey(statement), bytes: Buffer.from(canonicalJson({ jws, ...lists })), statement, jws };
}

type Stored = { bytes: Uint8Array; storedAt: number };
export type Files = Map<string, Uint8Array>;
export type Log = { files: Files; statements: Statement[]; jws: string[]; events: SealedEvent[] };

const iso = (ms: number): string => new Date(ms).toISOString();
const byKey = (a: ListedObject, b: ListedObject) => (a.key < b.key ? -1 : 1);

/** Writes a batch as the exporter does, a minute after its last event. */
async function store(
  stored: Map<string, Stored>,
  batch: readonly SealedEvent[],
  poison?: string,
): Promise<void> {
  if (batch.length === 0) return;
  const storedAt = Math.max(...batch.map(({ event }) => Date.parse(event.time))) + 60_000;
  const put = async (key: string, bytes: Uint8Array) => {
    if (stored.has(key)) return "exists" as const;
    stored.set(key, { bytes, storedAt });
    return "stored" as const;
  };
  const records = [...batch.map(recordFor), ...(poison === undefined ? [] : [recordOf(poison)])];
  await exportBatch({ put, now: () => storedAt, log: () => undefined }, records);
}

/** Where each chain that moved in the hour stood at its end, as the table has them. */
export function headsOf(
  events: readonly SealedEvent[],
  { from, to }: { from: number; to: number },
): ChainHead[] {
  const last = new Map<string, SealedEvent>();
  for (const sealed of events) {
    const { grant, chain, time } = sealed.event;
    if (grant && chain && Date.parse(time) < to) last.set(grant, sealed);
  }
  return [...last]
    .filter(([, { event }]) => Date.parse(event.time) >= from)
    .map(([grant, { event, hash }]) => ({ grant, sequence: event.chain?.sequence ?? 0, hash }))
    .sort((a, b) => (a.grant < b.grant ? -1 : 1));
}

export const listed = (key: string, bytes: Uint8Array): ListedObject => ({
  key,
  versionId: `v-${createHash("sha256").update(key).digest("hex").slice(0, 8)}`,
  bytes: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex"),
});

type Shape = {
  seed: number;
  hours?: number;
  grants?: number;
  loose?: number;
  quietHour?: number;
  poison?: boolean;
  overlap?: boolean;
  /** How long events wait for others in a batch: five minutes, the exporter's longest. */
  windowMs?: number;
  /** Without events that tell of the digests: what is found then, is found without them. */
  silent?: boolean;
};

function historyOf(
  chance: Dice,
  { hours = 3, grants = 4, loose: single = 3, quietHour }: Shape,
): SealedEvent[] {
  const end = START + hours * HOUR;
  const somewhere = () => START + chance.below(hours * HOUR);
  const events = [
    ...Array.from({ length: grants }, () => life(chance, somewhere(), end)).flat(),
    ...Array.from({ length: single }, () =>
      loose(chance.id(), { count: chance.below(9) }, { time: iso(somewhere()) }),
    ),
  ];
  const isQuiet = ({ event }: SealedEvent) =>
    quietHour !== undefined && Math.floor((Date.parse(event.time) - START) / HOUR) === quietHour;
  // Whole lives stay out of the quiet hour, so that no chain is cut.
  const quiet = new Set(events.filter(isQuiet).map(({ event }) => event.grant ?? event.id));
  return events
    .filter(({ event }) => !quiet.has(event.grant ?? event.id))
    .sort((a, b) => (a.event.time < b.event.time ? -1 : a.event.time > b.event.time ? 1 : 0));
}

/**
 * A log as a deployment leaves it: events exported in batches a minute after they happened, and ten minutes after each
 * hour a digest of it, with an event of its own. Everything is the same for the same seed but for the signatures.
 */
export async function makeLog(shape: Shape): Promise<Log> {
  const chance = dice(shape.seed);
  const history = historyOf(chance, shape);
  const hours = shape.hours ?? 3;
  const stored = new Map<string, Stored>();
  for (let at = 0; at < history.length; ) {
    const end = Date.parse(history[at]?.event.time ?? "") + (shape.windowMs ?? 300_000);
    const late = history.findIndex(({ event }, index) => index >= at && Date.parse(event.time) >= end);
    const size = Math.min(1 + chance.below(9), (late < 0 ? history.length : late) - at);
    const batch = history.slice(at, at + size);
    await store(stored, batch, shape.poison && at === 0 ? '{"v":1,"broken' : undefined);
    at += shape.overlap && size > 1 ? size - 1 : size;
  }
  const files: Files = new Map();
  const statements: Statement[] = [];
  const jws: string[] = [];
  const announcements: SealedEvent[] = [];
  for (let number = 1; number <= hours; number += 1) {
    const from = START + (number - 1) * HOUR;
    const [to, madeAt] = [from + HOUR, from + HOUR + 600_000];
    const objects = [...stored]
      .filter(([, { storedAt }]) => storedAt >= from && storedAt < to)
      .map(([key, { bytes }]) => listed(key, bytes))
      .sort(byKey);
    const last = statements.at(-1);
    const digest = signed(
      signer,
      {
        record: RECORD,
        number,
        from: iso(from),
        to: iso(to),
        madeAt: iso(madeAt),
        previous: last ? statementHash(last) : null,
      },
      { objects, heads: headsOf(history, { from, to }) },
    );
    files.set(digest.key, digest.bytes);
    statements.push(digest.statement);
    jws.push(digest.jws);
    if (shape.silent) continue;
    const announced = loose(
      chance.id(),
      { digest: `sha256:${statementHash(digest.statement)}`, startsAt: iso(from), endsAt: iso(to) },
      { type: "digest.signed", time: iso(madeAt), actor: { type: "broker", id: "sign-digest" } },
    );
    announcements.push(announced);
    await store(stored, [announced]);
  }
  for (const [key, { bytes }] of stored) files.set(key, bytes);
  return { files, statements, jws, events: [...history, ...announcements] };
}

/** The log as somebody reads it who was given the key. */
export const check = (files: Files, options: Partial<VerifyOptions> = {}) =>
  verifyRecord({
    source: {
      list: () => [...files].map(([key, bytes]) => ({ key, bytes: bytes.length })),
      read: async (key, limit) => {
        const bytes = files.get(key);
        return bytes === undefined ? "missing" : bytes.length > limit ? "too_large" : bytes;
      },
    },
    keys: [signer],
    ...options,
  });
