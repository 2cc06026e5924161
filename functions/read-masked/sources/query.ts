import * as z from "zod";
import type { Queries } from "../../aws/rows/queries.ts";
import { partsOf } from "../../core/kinds/arn.ts";
import { selectOf } from "../../core/masking/sql.ts";
import { END, type Piece, type Reading } from "./source.ts";

/** The query that was started for the first page, and where its results go on. */
const position = z.strictObject({ id: z.string(), after: z.string().optional() });

export type QueryDeps = { queries: Queries; now(): number; pause(ms: number): Promise<void> };

// Less than the 29 s that API Gateway waits, with room for reading: a longer query goes on, and so does its cursor.
const WAIT_MS = 15_000;
const POLL_MS = 200;

/** The SELECT of a reading; undefined when a value cannot be written as a literal. */
function sqlOf({ grant, masking, filters }: Reading): string | undefined {
  const [, database = "", table = ""] = partsOf(grant.resource.arn).rest.split("/");
  const partitions = grant.scope?.partitions;
  return selectOf({
    database,
    table,
    columns: masking.fields.map(({ path }) => path),
    filters,
    partitions: partitions === undefined ? undefined : [partitions].flat(),
    limit: masking.caps.rows,
  });
}

/** Rows of a table of the Glue catalog, by one query for all pages of a reading. Its results go with the last page. */
export async function* readQuery(
  { queries, now, pause }: QueryDeps,
  reading: Reading,
): AsyncGenerator<Piece> {
  const at = position.optional().safeParse(reading.position);
  if (!at.success) return yield { is: "trouble", code: "position" };
  const sql = sqlOf(reading);
  if (sql === undefined) return yield { is: "trouble", code: "bad_value" };
  const id = at.data?.id ?? (await queries.start(sql));
  const until = now() + WAIT_MS;
  let state = await queries.state(id);
  while (state === "running" && now() < until) {
    await pause(POLL_MS);
    state = await queries.state(id);
  }
  if (state === "running") return yield { is: "wait", next: { id } };
  if (state === "failed") return yield { is: "trouble", code: "query_failed" };
  let after = at.data?.after;
  for (let left = reading.limit; ; ) {
    const page = await queries.rows(id, { limit: left, after });
    const next = page.next === undefined ? undefined : { id, after: page.next };
    if (!next) await queries.discard(id);
    for (const [index, row] of page.rows.entries())
      yield { is: "row", row, next: index === page.rows.length - 1 ? (next ?? END) : undefined };
    if (!next) return;
    if (page.rows.length === 0) yield { is: "passed", next };
    after = page.next;
    left = Math.max(1, left - page.rows.length);
  }
}
