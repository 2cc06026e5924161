import { AsyncLocalStorage } from "node:async_hooks";
import type { Command } from "./table.ts";
import type { World } from "./world.ts";

/** Every order in which so many steps of one can come between so many of the other, as a text of their letters. */
export function orders(a: number, b: number): string[] {
  if (a === 0) return ["b".repeat(b)];
  if (b === 0) return ["a".repeat(a)];
  return [...orders(a - 1, b).map((rest) => `a${rest}`), ...orders(a, b - 1).map((rest) => `b${rest}`)];
}

const nextTurn = () => new Promise<void>((done) => setImmediate(done));

/**
 * Does two things at once, their requests to the table that `counts` names one by one in this order; what one has more of
 * than its turns comes when the order is over, and the turns of one that is done are skipped. Returns the order in which they came.
 */
export async function interleave(
  world: World,
  { order, counts }: { order: string; counts: (command: Command) => boolean },
  tasks: { a: () => Promise<unknown>; b: () => Promise<unknown> },
): Promise<string> {
  const task = new AsyncLocalStorage<"a" | "b">();
  const done = new Set<string>();
  let came = "";
  let turns = order;
  const isMine = (name: string): boolean => {
    while (turns !== "" && done.has(turns.charAt(0))) turns = turns.slice(1);
    return turns === "" || turns.startsWith(name);
  };
  world.fake.before = async (command) => {
    const name = task.getStore();
    if (name === undefined || !counts(command)) return;
    while (!isMine(name)) await nextTurn();
    turns = turns.slice(1);
    came += name;
  };
  const run = (name: "a" | "b") =>
    task.run(name, async () => {
      await tasks[name]().finally(() => done.add(name));
    });
  await Promise.all([run("a"), run("b")]);
  world.fake.before = undefined;
  return came;
}
