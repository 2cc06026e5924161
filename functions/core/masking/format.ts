import type { FieldClass } from "./classes.ts";
import type { Tokens } from "./tokens.ts";

/** To be done. */
export function formatted(name: FieldClass, value: string | number, tokens: Tokens): string | number {
  return typeof value === "number" ? tokens.number(name, value) : tokens.text(name, value);
}
