import { LatchkeyError } from "./errors.ts";
import type { AskOptions } from "./options.ts";

/** Each option and the part of a scope that it stands for; the kinds' own words are longer only where many are named. */
export const scopeParts = {
  prefix: "prefix",
  index: "index",
  key: "keys",
  leadingKey: "leadingKeys",
  attribute: "attributes",
  name: "names",
  partition: "partitions",
  promptVersion: "versions",
  route: "routes",
} as const satisfies Partial<Record<keyof AskOptions, string>>;

type Scope = Record<string, unknown>;

function parsed(given: string): Scope {
  let scope: unknown;
  try {
    scope = JSON.parse(given);
  } catch {}
  if (typeof scope === "object" && scope !== null && !Array.isArray(scope)) return scope as Scope;
  throw new LatchkeyError("usage", `--scope is no JSON object: write it like '{"prefix":"2026/"}'.`);
}

/** The scope that options say; undefined where none does. Whether the resource's kind has such parts the broker says. */
export function scopeIn(options: AskOptions): Scope | undefined {
  const parts = Object.entries(scopeParts).flatMap(([option, part]) => {
    const value = options[option as keyof typeof scopeParts];
    return value === undefined ? [] : [[part, value] as const];
  });
  if (options.scope === undefined) return parts.length === 0 ? undefined : Object.fromEntries(parts);
  if (parts.length === 0) return parsed(options.scope);
  throw new LatchkeyError("usage", "Say the scope either by --scope or by its parts, not by both.");
}
