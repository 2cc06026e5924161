import type { Command } from "commander";

type Add = (group: Command) => void;
const notYet = new WeakMap<Command, () => Promise<Add>>();

/** A group whose commands are loaded when it is used: what they import, `latchkey --help` need not wait for. */
export function lazily(group: Command, load: () => Promise<Add>): void {
  notYet.set(group, load);
}

/** Loads the commands of a group, once. For the program's `preSubcommand` hook, and for whoever lists all commands. */
export async function loadGroup(group: Command): Promise<void> {
  const load = notYet.get(group);
  notYet.delete(group);
  if (load) (await load())(group);
}
