import type { Command } from "commander";

/** What may follow on a command line after the commands of `path`: further commands, options, and words of a closed set. */
export type Node = { path: string[]; words: string[] };

/** The commands as they are, flat; hidden ones and those of `help` left out. */
export function nodesOf(command: Command, path: string[] = []): Node[] {
  const names = command.commands.map((child) => child.name());
  const options = command.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => long ?? []);
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const words = [...names, ...choices, ...options, "--help"].filter((word) => SAFE.test(word));
  return [{ path, words }, ...command.commands.flatMap((child) => nodesOf(child, [...path, child.name()]))];
}

/** They are written into a script. */
const SAFE = /^[a-z0-9-]+$/;
