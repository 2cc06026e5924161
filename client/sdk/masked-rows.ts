import { bodyOf } from "./body.ts";
import { depsOf } from "./deps.ts";
import { maskedRowsWith, rowsOf } from "./masked.ts";
import type { AccessOptions, RedeemOptions, UseRows } from "./options.ts";
import type { AccessRequest, ProfileRequest, Row, RowsQuery } from "./types.ts";

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
