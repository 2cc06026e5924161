import { applyStep } from "../../../functions/aws/table/grants.ts";
import { keys } from "../../../functions/aws/table/keys.ts";
import { stopWrites } from "../../../functions/aws/table/stop.ts";
import type { GrantIn } from "../../../functions/core/grant/grant.ts";
import { stop } from "../../../functions/core/grant/moves.ts";
import { idFrom } from "../../../functions/core/ids.ts";
import { routineGrant } from "../../fakes/scenes.ts";
import type { World } from "../../fakes/world.ts";

export const ROLE = "latchkey-access-training-data";

/** Many active grants of one role, made after one real one. Their ids say which is which. */
export async function crowd(world: World, count: number, windowSeconds = 3_600): Promise<string[]> {
  const model = await routineGrant(world, { windowSeconds });
  const grant = world.fake.item(keys.grant(model)) ?? {};
  const live = world.fake.item(keys.live(ROLE, model)) ?? {};
  const ids = Array.from({ length: count }, (_, index) => idFrom(Buffer.from(`g${index}`.padStart(10, "0"))));
  for (const id of ids) {
    const dueSk = String(grant.dueSk).replace(model, id);
    world.fake.plant({ ...grant, ...keys.grant(id), id, dueSk });
    world.fake.plant({ ...live, ...keys.live(ROLE, id), grantId: id });
  }
  return ids;
}

/** What every early stop does: one transaction, then the order for the role's list. Who is stopped already stays so. */
export async function revokeOne(world: World, id: string): Promise<void> {
  const found = world.grant(id);
  if (found.status !== "ACTIVE") return;
  const grant: GrantIn<"ACTIVE"> = found;
  const by = { type: "person" as const, id: "samira" };
  const step = stop(grant, { code: "revoked" }, { now: world.now(), by, writer: world.newId() });
  const moved = await applyStep(world.fake.table, step, stopWrites(world.fake.table, grant));
  if (!moved.ok) throw new Error(`${id} was not stopped`);
  await world.queue.send(ROLE, id);
}
