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
type Failed = { trouble: Trouble | "too_many_bytes" | "too_slow" | "not_masked" };

// An answer of a function is 6 MB at most: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
// The rows are a text in it, so that each quote and backslash of them takes two bytes.
const FULL_BYTES = 2_000_000;
const MOST_BYTES = 5_000_000;

const answerBytes = (json: string): number => Buffer.byteLength(json) + (json.match(/["\\]/g)?.length ?? 0);

type Wanted = {
  masker: Masker;
  project(row: Record<string, unknown>): Record<string, unknown>;
  limit: number;
  /** True when it is time to answer with what there is. */
  isLate(): boolean;
  /** True when no time is left to finish what cannot be a page yet. */
  isTooLate(): boolean;
};

/**
 * Gathers one page: whole rows, each masked before anything else is done with it. One row that cannot be masked, or one
 * that cannot be read, and nothing of the page is released (I-65).
 */
export async function gatherPage(
  pieces: AsyncIterable<Piece>,
  { masker, project, limit, isLate, isTooLate }: Wanted,
): Promise<{ ok: true; page: Page } | ({ ok: false } & Failed)> {
  const page: Page = { rows: [], masked: 0, detected: 0, bytes: 0 };
  let answered = 0;
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
      const json = JSON.stringify(row);
      page.bytes += Buffer.byteLength(json);
      answered += answerBytes(json);
      if (answered > MOST_BYTES)
        return { ok: false, trouble: page.rows.length > 1 ? "too_many_bytes" : "row_too_large" };
    }
    if (piece.next === undefined) {
      if (isTooLate()) return { ok: false, trouble: "too_slow" };
      continue;
    }
    const isFull = page.rows.length >= limit || answered > FULL_BYTES;
    if (piece.next !== END && (isFull || isLate())) return { ok: true, page: { ...page, next: piece.next } };
  }
  return { ok: true, page };
}
