import { inspect } from "node:util";
import { canonicalJson, sha256Hex } from "../core/canonical.ts";
import { isoMillis } from "../core/time.ts";
import type { PoisonReason } from "./read-record.ts";

/** One object to store. */
export type StoredObject = { key: string; bytes: Uint8Array };

/** The whole record and why it is here; what JSON cannot hold is kept as text, so that nothing is lost. */
function contentOf(record: unknown, reason: PoisonReason): string {
  try {
    return canonicalJson({ reason, record });
  } catch {
    const text = inspect(record, { depth: null, maxStringLength: null, maxArrayLength: null });
    return canonicalJson({ reason, text });
  }
}

/**
 * The day a record was written, so that a replay names the same object. The stream gives seconds since the epoch:
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
 */
function dayOf(record: unknown, now: number): string {
  const written = (record as { dynamodb?: { ApproximateCreationDateTime?: unknown } } | null | undefined)
    ?.dynamodb?.ApproximateCreationDateTime;
  const usable = typeof written === "number" && written > 0 && written < 253_402_300_800;
  return isoMillis(usable ? written * 1000 : now).slice(0, 10);
}

/** A poisoned record as an object of its own, named by the SHA-256 of its content (I-56). */
export function quarantined(record: unknown, reason: PoisonReason, now: number): StoredObject {
  const content = contentOf(record, reason);
  return {
    key: `quarantine/dt=${dayOf(record, now)}/${sha256Hex(content)}.json`,
    bytes: Buffer.from(content, "utf8"),
  };
}
