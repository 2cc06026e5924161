import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { atOnce } from "../aws/at-once.ts";
import { readAll, readItem } from "../aws/table/item.ts";
import { keys, MOVED, MOVED_SHARDS, movedPartition } from "../aws/table/keys.ts";
import type { Item } from "../aws/table/transaction.ts";
import type { ChainHead } from "../core/audit/digest.ts";
import { epochMs } from "../core/time.ts";
import type { SignDeps } from "./deps.ts";
import { HOUR_MS, type Hour, hourOf, hoursOf, hourText } from "./hours.ts";

type Deps = Pick<SignDeps, "table" | "now" | "log">;

const MOST_AT_ONCE = 16;
const KEY = /^GRANT#([a-z2-7]{16})$/;

// Only what a head takes, of whatever release: signing must not stop at an event that this release cannot read whole.
const moving = z.object({
  chain: z.object({ sequence: z.int().min(1), hash: z.string() }),
  movedPk: z.string().regex(/^MOVED#\d{4}-\d{2}-\d{2}T\d{2}#\d+$/),
});
const link = z.object({ time: z.iso.datetime(), chain: z.object({ sequence: z.int().min(1) }) });
type Link = { sequence: number; hash: string; at: number };

/** What a kept body says of its place; nothing when nobody can read it: it is in quarantine, and stops no digest (I-56). */
function linkIn(body: string): z.infer<typeof link> | undefined {
  try {
    return link.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/** The grants of one partition of the index, page by page. */
async function movedIn({ table }: Deps, partition: string): Promise<string[]> {
  const grants: string[] = [];
  let after: Item | undefined;
  do {
    const answer = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        IndexName: MOVED,
        KeyConditionExpression: "movedPk = :partition",
        ExpressionAttributeValues: { ":partition": partition },
        ...(after ? { ExclusiveStartKey: after } : {}),
      }),
    );
    grants.push(...(answer.Items ?? []).flatMap(({ pk }) => KEY.exec(String(pk))?.[1] ?? []));
    after = answer.LastEvaluatedKey;
  } while (after);
  return grants;
}

/**
 * A grant's chain in the table, strongly consistent. What the grant itself says of its head counts, whatever became of
 * the events: a head whose event is gone is stated, so that the verifier looks for it in the record.
 */
async function chainOf({ table, log }: Deps, grant: string): Promise<Link[]> {
  const { chain: head, movedPk } = moving.parse(await readItem(table, keys.grant(grant)));
  const items = await readAll(table, { pk: keys.grant(grant).pk, sk: "EVENT#" });
  const links = items.flatMap(({ body, hash }): Link[] => {
    const read = linkIn(String(body));
    return read ? [{ sequence: read.chain.sequence, hash: String(hash), at: epochMs(read.time) }] : [];
  });
  if (links.some(({ sequence, hash }) => sequence === head.sequence && hash === head.hash)) return links;
  const at = epochMs(`${movedPk.split("#")[1]}:00:00.000Z`);
  log("digest.head_missing", { grantId: grant, sequence: head.sequence });
  return [...links.filter(({ sequence }) => sequence < head.sequence), { ...head, at }];
}

/**
 * Says for an hour which chains moved in it, and where each stood at its end. The index has a grant under the hour of
 * its *last* move alone: one that moved again stands in a later hour, so those are asked too, up to the next one (a
 * clock may be ahead). Each partition and each chain is read once a run, however many hours are caught up with.
 */
export function openHeads(deps: Deps): (hour: Hour) => Promise<ChainHead[]> {
  const partitions = new Map<number, Promise<string[]>>();
  const chains = new Map<string, Promise<Link[]>>();
  const last = hourOf(deps.now()) + 2 * HOUR_MS;
  const inHour = (from: number): Promise<string[]> => {
    const shards = Array.from({ length: MOVED_SHARDS }, (_, shard) => movedPartition(hourText(from), shard));
    return atOnce(shards, MOVED_SHARDS, (shard) => movedIn(deps, shard)).then((all) => all.flat());
  };
  const once = <K, V>(kept: Map<K, Promise<V>>, key: K, read: () => Promise<V>): Promise<V> => {
    const found = kept.get(key) ?? read();
    kept.set(key, found);
    return found;
  };
  return async ({ from, to }) => {
    const hours = hoursOf(from, last).map((hour) => hour.from);
    const found = await atOnce(hours, MOST_AT_ONCE, (hour) => once(partitions, hour, () => inHour(hour)));
    const grants = [...new Set(found.flat())].sort();
    const heads = await atOnce(grants, MOST_AT_ONCE, async (grant): Promise<ChainHead | undefined> => {
      const links = await once(chains, grant, () => chainOf(deps, grant));
      const head = links.findLast(({ at }) => at < to);
      return head && head.at >= from ? { grant, sequence: head.sequence, hash: head.hash } : undefined;
    });
    return heads.filter((head) => head !== undefined);
  };
}
