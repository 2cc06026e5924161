import { classes } from "./classes.ts";
import { keyToken, randomToken, TOKEN_BYTES, type Tokens } from "./tokens.ts";
import type { FieldNode } from "./tree.ts";

type Means = { tokens: Tokens; random: (bytes: number) => Uint8Array };

function maskKey(key: string, node: FieldNode | undefined, { tokens, random }: Means): string {
  if (node?.names?.has(key)) return key;
  const rule = node?.keys;
  switch (rule?.method) {
    case "keep":
      return key;
    case "token":
      return tokens.text(rule.class, key);
    case "random":
      return randomToken(classes.category.prefix, random(TOKEN_BYTES));
    case "redact":
      return "redacted";
    default:
      return keyToken(tokens, key);
  }
}

/** The names of an object's members as they are shown: as many as there were, so no two may come to one. */
export function maskKeys(keys: readonly string[], node: FieldNode | undefined, means: Means): string[] {
  const taken = new Set<string>();
  // Where the last of a name's copies went on: all of a row's keys may have one name.
  const copies = new Map<string, number>();
  return keys.map((key) => {
    const shown = maskKey(key, node, means);
    let unique = shown;
    let copy = copies.get(shown) ?? 2;
    for (; taken.has(unique); copy += 1) unique = `${shown}~${copy}`;
    copies.set(shown, copy);
    taken.add(unique);
    return unique;
  });
}
