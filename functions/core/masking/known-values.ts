import type { Tokens } from "./tokens.ts";
import type { FieldNode } from "./tree.ts";

export type KnownValue = { text: string; replacement: string };

/** To be done. */
export function knownValues(_tree: FieldNode, _row: Record<string, unknown>, _tokens: Tokens): KnownValue[] {
  return [];
}
