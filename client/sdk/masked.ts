import { type RowsQuery as PagesQuery, pagesOf } from "../access/rows.ts";
import { LatchkeyError } from "../errors.ts";
import { unlessAborted } from "./access.ts";
import { type LeaseDeps, openLease } from "./lease.ts";
import type { LeaseOptions, UseRows } from "./options.ts";
import type { Broker, Row, RowsQuery } from "./types.ts";

type RowsDeps = LeaseDeps & { broker: LeaseDeps["broker"] & Pick<Broker, "read"> };

/** The rows of a masked grant one by one. */
export async function* rowsOf(
  broker: Pick<Broker, "read">,
  id: string,
  query: PagesQuery,
  signal: AbortSignal | undefined,
): AsyncGenerator<Row, void, undefined> {
  for await (const { rows } of pagesOf(broker, id, query, signal))
    for (const row of rows) {
      signal?.throwIfAborted();
      yield row;
    }
}

/** `withMaskedRows` in a world that is given. `open` may throw. */
export async function maskedRowsWith<T>(
  open: () => readonly [RowsDeps, Parameters<typeof openLease>[1]],
  use: UseRows<T>,
  { query = {}, ...options }: LeaseOptions & { query?: RowsQuery },
): Promise<T> {
  const { signal } = options;
  signal?.throwIfAborted();
  const [deps, body] = open();
  const lease = openLease(deps, { ...body, masked: true }, options);
  try {
    const grant = await lease.active();
    // What would be read of a grant of credentials is nothing that was promised to be masked.
    if (!grant.masked) throw new LatchkeyError("failed", `Grant ${grant.id} is not for masked rows.`);
    return await unlessAborted(
      async () => use(rowsOf(deps.broker, grant.id, query, lease.signal), grant),
      signal,
    );
  } finally {
    await lease.giveBack();
  }
}
