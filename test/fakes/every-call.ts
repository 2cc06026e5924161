import { timedOut } from "./faults.ts";
import type { Command } from "./table.ts";
import type { World } from "./world.ts";

/** How a call to AWS goes wrong: it does not happen, it happens and the answer is lost, or it happens twice. */
export const faultKinds = ["refused", "lost", "doubled"] as const;
export type FaultKind = (typeof faultKinds)[number];

/**
 * Lets the `nth` call that any function makes to AWS go wrong, reads included; 0 for none. Returns how many calls
 * there were, so that a test can go through all of them.
 */
export function breakCall(world: World, nth: number, kind: FaultKind): () => number {
  let calls = 0;
  let broken = 0;
  const begins = (): boolean => {
    calls += 1;
    if (calls !== nth) return false;
    broken = calls;
    return true;
  };
  const before = () => {
    if (begins() && kind === "refused") throw timedOut();
  };
  const after = () => {
    if (broken !== calls || kind !== "lost") return;
    broken = 0;
    throw timedOut();
  };
  world.fake.before = (command: Command) => {
    if (!begins()) return;
    if (kind === "refused") throw timedOut();
    if (kind !== "doubled") return;
    try {
      world.fake.apply(command);
    } catch {
      // The first of the two fails as the second will.
    }
  };
  world.fake.after = after;
  Object.assign(world.sts, { before, after });
  Object.assign(world.iam, { before, after });
  Object.assign(world.queue, { before, after });
  Object.assign(world.probes, { before, after });
  Object.assign(world.asker, { before, after });
  Object.assign(world.seal, { before });
  Object.assign(world.mail, { before });
  Object.assign(world.bus, { before });
  Object.assign(world.parked, { before });
  Object.assign(world.workflow, {
    beforeStart: before,
    afterStart: after,
    beforeTell: before,
    afterTell: after,
  });
  return () => calls;
}
