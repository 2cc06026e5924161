import type { Masker } from "../core/masking/masker.ts";
import { END, type Piece, type Trouble } from "./sources/source.ts";

export type Page = {
  rows: Record<string, unknown>[];
  /** How many values were masked by their field's rule, and how many identifiers found within free text. */
  masked: number;
  detected: number;
  /** Of the rows as JSON. */
  bytes: number;
  /** Where the next page begins; absent when there is none. */
  next?: unknown;
};
type Failed = { trouble: Trouble | "too_many_bytes" | "not_masked" };

// An answer of a function is 6 MB at most, quotes and all: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const FULL_BYTES = 2_000_000;
const MOST_BYTES = 5_000_000;

type Wanted = {
  masker: Masker;
  project(row: Record<string, unknown>): Record<string, unknown>;
  limit: number;
  /** True when it is time to answer with what there is. */
  isLate(): boolean;
};

/**
 * Gathers one page: whole rows, each masked before anything else is done with it. One row that cannot be masked, or one
 * that cannot be read, and nothing of the page is released (I-65).
 */
export async function gatherPage(
  pieces: AsyncIterable<Piece>,
  { masker, project, limit, isLate }: Wanted,
): Promise<{ ok: true; page: Page } | ({ ok: false } & Failed)> {
  const page: Page = { rows: [], masked: 0, detected: 0, bytes: 0 };
  for await (const piece of pieces) {
    if (piece.is === "trouble") return { ok: false, trouble: piece.code };
    if (piece.is === "wait") return { ok: true, page: { ...page, next: piece.next } };
    if (piece.is === "row") {
      const done = masker.row(piece.row);
      if (!done.ok) return { ok: false, trouble: "not_masked" };
      const row = project(done.row);
      page.rows.push(row);
      page.masked += done.masked;
      page.detected += done.detected;
      page.bytes += Buffer.byteLength(JSON.stringify(row));
      if (page.bytes > MOST_BYTES) return { ok: false, trouble: "too_many_bytes" };
    }
    if (piece.next === undefined) continue;
    const isFull = page.rows.length >= limit || page.bytes > FULL_BYTES;
    if (piece.next !== END && (isFull || isLate())) return { ok: true, page: { ...page, next: piece.next } };
  }
  return { ok: true, page };
}
