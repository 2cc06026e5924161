import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { due } from "../../../functions/aws/table/keys.ts";
import { routineGrant } from "../../fakes/scenes.ts";
import type { Item } from "../../fakes/tokens.ts";
import { World } from "../../fakes/world.ts";

/** An item with another grant's id wherever it names one, in that grant's own shard of the due index. */
function forGrant(item: Item, id: string, other: string): Item {
  const copy = unmarshall(JSON.parse(JSON.stringify(marshall(item)).replaceAll(id, other)));
  if (typeof copy.dueSk !== "string") return copy;
  const [at = "", of = ""] = copy.dueSk.split("#");
  return { ...copy, ...due(of, at) };
}

/** A deployment in which so many grants are live: one that was asked for and minted, and copies of its items. */
export async function worldWithLive(count: number, windowSeconds = 600): Promise<World> {
  const world = new World();
  const id = await routineGrant(world, { windowSeconds });
  const own = world.fake.items().filter(({ pk, sk }) => `${pk} ${sk}`.includes(id));
  for (let made = 1; made < count; made += 1) {
    const other = world.newId();
    for (const item of own) world.fake.plant(forGrant(item, id, other));
  }
  return world;
}
