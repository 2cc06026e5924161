import type { Grant } from "../../core/grant/grant.ts";
import type { Filter } from "../../core/masking/filter.ts";
import type { Masking } from "../../core/masking/masking.ts";

/** What a page is read of: a grant's part of a resource, and what the caller narrowed it to. */
export type Reading = {
  grant: Pick<Grant, "resource" | "scope">;
  masking: Masking;
  filters: readonly Filter[];
  /** Rows that are wanted at most. */
  limit: number;
  /** A file's name below the resource's prefix, where one is named. */
  object?: string | undefined;
  /** Where the page before ended, as the same source said it; checked by it. */
  position?: unknown;
};

/**
 * What comes of reading, in order. `next` is where to go on after it, and says nothing to anybody but the same source;
 * undefined where a page cannot end, END where nothing follows.
 * A row is one that the filters let through, and raw. `passed`: there was something else. `wait`: nothing more just now.
 */
export const END = "end";
export type Piece =
  | { is: "row"; row: Record<string, unknown>; next: unknown }
  | { is: "passed"; next: unknown }
  | { is: "wait"; next: unknown }
  | { is: "trouble"; code: Trouble };
export type Trouble =
  | "format_mismatch"
  | "row_too_large"
  /** The stored object is another by now than when its reading began. */
  | "changed"
  /** A position that is none of this source. */
  | "position"
  | "no_object"
  | "bad_value"
  | "query_failed";
