import type * as z from "zod";
import type { ActionType } from "./action-type.ts";

/** What an action is asked with: JSON, of the form that its type's schema says. */
export type Parameters = Record<string, z.core.util.JSONType>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at a path, own properties only. */
function valueAt(parameters: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (at, name) => (isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined),
      parameters,
    );
}

/** What has no one canonical form that says exactly what was sent: RFC 8785 §3.2.2.2 and §3.2.2.3. */
function inexact(value: unknown): string | undefined {
  // Parsing may have changed it: a double cannot tell such an integer from its neighbours.
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value))
    return "is a number too large to be exact: write it as text";
  return typeof value === "string" && /\p{Surrogate}/u.test(value) ? "is not Unicode text" : undefined;
}

/** A name that a copy of an object loses, or takes for its prototype: what was approved would not be what is done. */
const NO_NAME = "__proto__";

/** The first value, or name, that is not exact, and where it is. */
export function inexactAt(value: unknown, path: string): { path: string; problem: string } | undefined {
  const problem = inexact(value);
  if (problem) return { path, problem };
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const unclear = name === NO_NAME ? `must have no ${NO_NAME}` : inexact(name);
    const found = unclear ? { path, problem: unclear } : inexactAt(inner, `${path}.${name}`);
    if (found) return found;
  }
  return undefined;
}

/** How much there is of a value: a number itself, the length of a list or a text. */
const extentOf = (value: unknown): number | undefined => {
  if (typeof value === "number") return value;
  if (Array.isArray(value)) return value.length;
  return typeof value === "string" ? [...value].length : undefined;
};

type Trigger = NonNullable<ActionType["triggers"]>[number];

function fires({ parameter, over, is }: Trigger, parameters: Parameters): boolean {
  const value = valueAt(parameters, parameter);
  if (value === undefined) return false;
  if (over !== undefined) {
    const extent = extentOf(value);
    // Fail closed: what cannot be measured is not known to be small.
    return extent === undefined || extent > over;
  }
  return [value].flat().some((each) => (is ?? []).some((one) => one === each));
}

/** The ids of an action type's triggers that fire: what rules see as `context.triggers`. */
export const firedTriggers = (type: Pick<ActionType, "triggers">, parameters: Parameters): string[] =>
  (type.triggers ?? []).filter((trigger) => fires(trigger, parameters)).map(({ id }) => id);

/** Parameters as rules see them: each by its path, names joined by dots. */
export type FlatParameters = {
  numbers: Record<string, number>;
  texts: Record<string, string>;
  flags: Record<string, boolean>;
};

/**
 * Parameters by path and type. Lists are left out, and numbers that are no whole ones: Cedar has neither. A threshold on
 * such a number is a trigger's to draw, which reads the value itself.
 */
export function flatParameters(parameters: Parameters): FlatParameters {
  const flat: FlatParameters = { numbers: {}, texts: {}, flags: {} };
  const add = (value: unknown, path: string): void => {
    if (Number.isSafeInteger(value)) flat.numbers[path] = value as number;
    else if (typeof value === "string") flat.texts[path] = value;
    else if (typeof value === "boolean") flat.flags[path] = value;
    else if (isRecord(value))
      for (const [name, inner] of Object.entries(value)) add(inner, path === "" ? name : `${path}.${name}`);
  };
  add(parameters, "");
  return flat;
}
