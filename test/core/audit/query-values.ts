import type { NamedQuery } from "../../../functions/core/audit/named-queries.ts";

const GOOD = { string: "abcdefgh234567ab", timestamp: "2026-11-21T09:30:00Z", bigint: "30" } as const;

/** Values that a query takes, one of each type. */
export const values = ({ parameters }: Pick<NamedQuery, "parameters">): Record<string, string> =>
  Object.fromEntries(parameters.map(({ name, type }) => [name, GOOD[type]]));
