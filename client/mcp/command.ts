import { UNSAFE } from "../../functions/core/unsafe.ts";
import { LatchkeyError } from "../errors.ts";
import type { ProfileFile } from "../profiles.ts";

export type Command = NonNullable<ProfileFile["commands"]>[string];

const wrong = (message: string): LatchkeyError => new LatchkeyError("usage", message);

/** A command that a person listed in `latchkey.yaml`; nothing else is run. */
export function commandNamed(content: ProfileFile | undefined, name: string): Command {
  const commands = content?.commands ?? {};
  const found = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (found) return found;
  const names = Object.keys(commands).join(", ");
  if (names) throw wrong(`There is no command ${JSON.stringify(name)}; there is: ${names}.`);
  throw wrong("No command may be run here: a person lists them under `commands:` in latchkey.yaml.");
}

/** The same, where it may be given the permit of this action type. */
export function commandOfAction(content: ProfileFile | undefined, name: string, type: string): Command {
  const command = commandNamed(content, name);
  if (command.actions.includes(type)) return command;
  throw wrong(
    `The command ${name} may not have the permit of ${type}${command.actions.length > 0 ? `: it is for ${command.actions.join(" or ")}` : ""}.`,
  );
}

/**
 * The whole command line: what the file says, then the model's words where it takes any. A word that begins with "-"
 * could be an option that turns a harmless program into another, so it needs the file's leave too.
 */
export function argvOf({ run, arguments: takes, options }: Command, words: readonly string[]): string[] {
  if (words.length > 0 && !takes) throw wrong("This command takes no arguments: send none.");
  for (const word of words) {
    if (word.startsWith("-") && !options)
      throw wrong(
        `This command takes no options, so no argument may begin with "-": ${JSON.stringify(word)}.`,
      );
    if (word.replace(UNSAFE, "") !== word)
      throw wrong("An argument has a character that does not show: leave it out.");
  }
  return [...run, ...words];
}
