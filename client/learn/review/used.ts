import type { RecordedGrant } from "../record/grant.ts";
import type { UsedCall } from "../record/use.ts";
import type { Gathered } from "./gather.ts";
import { type Sheet, sheetOf, timeText } from "./table.ts";

/** What one agent did with one resource: calls that CloudTrail saw, and pages of masked rows that were given out. */
export type Use = {
  agent: string;
  resource: string;
  grants: number;
  calls: number;
  refused: number;
  pages: number;
  rows: number;
  first: number;
  last: number;
};

const RELATED = { calls: 0, refused: 0, pages: 0, rows: 0 };

/** Tells use by agent and resource, as the grant says whose it was. `unknown` calls are of no grant that the record has. */
export async function useOf(
  calls: AsyncIterable<UsedCall> | Iterable<UsedCall>,
  { grants, reads }: Pick<Gathered, "grants" | "reads">,
): Promise<{ use: Use[]; calls: number; unknown: number }> {
  const byPair = new Map<string, Use & { of: Set<string> }>();
  const add = ({ id, agent, resource }: RecordedGrant, at: number, more: Partial<typeof RELATED>): void => {
    const key = `${agent} ${resource}`;
    const known = byPair.get(key) ?? {
      ...{ agent, resource, grants: 0, first: at, last: at, of: new Set<string>() },
      ...RELATED,
    };
    known.of.add(id);
    known.calls += more.calls ?? 0;
    known.refused += more.refused ?? 0;
    known.pages += more.pages ?? 0;
    known.rows += more.rows ?? 0;
    byPair.set(key, {
      ...known,
      grants: known.of.size,
      first: Math.min(known.first, at),
      last: Math.max(known.last, at),
    });
  };
  const counted = { calls: 0, unknown: 0 };
  for await (const { grant: id, at, error } of calls) {
    counted.calls += 1;
    const grant = id === undefined ? undefined : grants.get(id);
    if (grant) add(grant, at, error === undefined ? { calls: 1 } : { refused: 1 });
    else counted.unknown += 1;
  }
  for (const { grant: id, time, facts } of reads) {
    const grant = id === undefined ? undefined : grants.get(id);
    if (grant) add(grant, Date.parse(time), { pages: 1, rows: facts.rows ?? 0 });
  }
  const use = [...byPair.values()].map(({ of: _, ...each }) => each);
  use.sort((one, other) =>
    one.agent === other.agent ? (one.resource < other.resource ? -1 : 1) : one.agent < other.agent ? -1 : 1,
  );
  return { use, ...counted };
}

/** `used.csv`. */
export const usedSheet = (use: readonly Use[]): Sheet =>
  sheetOf<Use>(
    {
      agent: ({ agent }) => agent,
      resource: ({ resource }) => resource,
      grants: ({ grants }) => grants,
      calls: ({ calls }) => calls,
      refused_calls: ({ refused }) => refused,
      masked_pages: ({ pages }) => pages,
      masked_rows: ({ rows }) => rows,
      first_use: ({ first }) => timeText(first),
      last_use: ({ last }) => timeText(last),
    },
    use,
  );
