import type { Items } from "../../aws/rows/items.ts";
import type { Objects } from "../../aws/rows/objects.ts";
import { readFiles } from "./files.ts";
import { readItems } from "./items.ts";
import { type QueryDeps, readQuery } from "./query.ts";
import type { Piece, Reading } from "./source.ts";

export type RowsDeps = QueryDeps & { objects: Objects; items: Items };

/** A fault of a service while raw data is read: its words may name an object or quote a key, and go into no log. */
function nameless(fault: unknown): Error {
  const name = fault instanceof Error ? fault.name : "unknown";
  const answered = typeof fault === "object" && fault !== null && "$metadata" in fault;
  return Object.assign(
    new Error(`rows could not be read: ${name.slice(0, 80)}`),
    answered ? { $metadata: {} } : {},
  );
}

function piecesOf(deps: RowsDeps, reading: Reading): AsyncGenerator<Piece> {
  const { source } = reading.masking;
  switch (source.from) {
    case "files":
      return readFiles(deps.objects, source, reading);
    case "items":
      return readItems(deps.items, source, reading);
    case "query":
      return readQuery(deps, reading);
  }
}

/** The rows of a reading, raw, from wherever its resource has them. */
export async function* readRows(deps: RowsDeps, reading: Reading): AsyncGenerator<Piece> {
  try {
    yield* piecesOf(deps, reading);
  } catch (fault) {
    throw nameless(fault);
  }
}
