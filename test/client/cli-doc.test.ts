import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { program } from "../../client/cli.ts";
import { exitCodes } from "../../client/exit.ts";
import { scopeParts } from "../../client/scope.ts";

const text = readFileSync(join(import.meta.dirname, "../../docs/cli.md"), "utf8");
/** These have a document of their own. */
const elsewhere = ["audit", "policy", "review"];

const namesOf = ({ commands }: Command, before = ""): string[] =>
  commands.flatMap((command) => {
    const name = `${before}${command.name()}`;
    return command.commands.length > 0 && !elsewhere.includes(name) ? namesOf(command, `${name} `) : [name];
  });

describe("docs/cli.md", () => {
  test("has every command, and no other", () => {
    const rows = [...text.matchAll(/^\| `latchkey ([a-z ]+?)(?: [<[…][^`]*)?` \|/gm)].map(([, name]) => name);
    expect(rows.sort()).toEqual(namesOf(program()).sort());
  });

  test("has every exit code by its name, and no other", () => {
    const rows = [...text.matchAll(/^\| (\d+) \| `(\w+)` \|/gm)].map(([, code, name]) => [
      name,
      Number(code),
    ]);
    expect(Object.fromEntries(rows)).toEqual(exitCodes);
  });

  test("names every option that is a part of a scope", () => {
    for (const option of Object.keys(scopeParts))
      expect(text).toContain(`\`--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}\``);
  });
});
