import { type RowsQuery as PagesQuery, pagesOf } from "../access/rows.ts";
import { LatchkeyError } from "../errors.ts";
import { unlessAborted } from "./access.ts";
import { bodyOf } from "./body.ts";
import { depsOf } from "./deps.ts";
import { type LeaseDeps, openLease } from "./lease.ts";
import type { AccessOptions, LeaseOptions, RedeemOptions } from "./options.ts";
import type { AccessRequest, Broker, Grant, ProfileRequest, Row, RowsQuery } from "./types.ts";

type RowsDeps = LeaseDeps & { broker: LeaseDeps["broker"] & Pick<Broker, "read"> };
export type UseRows<T> = (rows: AsyncIterable<Row>, grant: Grant) => T | Promise<T>;

async function* rowsOf(
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

/**
 * Asks for masked rows, calls `use` with them, and gives the grant back whatever happens: when `use` returns, throws, or
 * `signal` is aborted. The rows come page by page as they are read, with tokens for what is personal: one value is one
 * token throughout a grant, and another in the next, whose key is another. After the end reading on throws.
 */
export function withMaskedRows<T>(
  request: AccessRequest | ProfileRequest,
  use: UseRows<T>,
  options: AccessOptions & { query?: RowsQuery } = {},
): Promise<T> {
  return maskedRowsWith(() => [depsOf(options), bodyOf(request)], use, options);
}

/** The rows of a masked grant that is there already, page by page. It is not given back. */
export function readMasked(
  id: string,
  query: RowsQuery = {},
  { signal, ...options }: RedeemOptions = {},
): AsyncIterable<Row> {
  return rowsOf(depsOf(options).broker, id, query, signal);
}
