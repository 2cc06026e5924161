import type { ReadBody, ReadView } from "../../functions/core/api/reads.ts";
import type { Broker } from "../broker/broker.ts";
import { LatchkeyError } from "../errors.ts";

export type RowsQuery = Omit<ReadBody, "limit" | "cursor"> & {
  /** At most so many rows; absent: all of them. */
  limit?: number | undefined;
};

/** The most rows that the broker gives at once. */
const MOST = 1_000;

/** The masked rows of a grant, page by page: no page is asked for before the last was used. Throws what `Broker.read` does. */
export async function* pagesOf(
  broker: Pick<Broker, "read">,
  id: string,
  { limit = Number.POSITIVE_INFINITY, ...query }: RowsQuery,
  signal?: AbortSignal,
): AsyncGenerator<ReadView, void, undefined> {
  let left = limit;
  let cursor: string | undefined;
  while (left > 0) {
    const body = { ...query, limit: Math.min(MOST, left), ...(cursor ? { cursor } : {}) };
    const page = await broker.read(id, body, signal ? { signal } : {});
    yield page;
    left -= page.rows.length;
    if (!page.cursor) return;
    // A page may be empty where a filter leaves nothing of it, but then it has gone on.
    if (page.cursor === cursor)
      throw new LatchkeyError("failed", `The rows of grant ${id} do not go on: tell whoever runs Latchkey.`);
    cursor = page.cursor;
  }
}
