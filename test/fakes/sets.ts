import { ValidationException } from "./faults.ts";

const WRONG_TYPE = "An operand in the update expression has an incorrect data type";
const INVALID = "One or more parameter values were invalid";

export const isSet = (value: unknown): value is Set<unknown> => value instanceof Set;

const hasSet = (value: unknown): boolean =>
  isSet(value) || (typeof value === "object" && value !== null && Object.values(value).some(hasSet));
const listed = (_key: string, each: unknown) => (isSet(each) ? { set: [...each].sort() } : each);

/** JSON, in which a set has its members whatever their order: plain JSON, which is faster, knows nothing of sets. */
export const textOf = (value: unknown): string =>
  (hasSet(value) ? JSON.stringify(value, listed) : JSON.stringify(value)) ?? "";

function members(value: unknown): Set<unknown> {
  if (!isSet(value)) throw new ValidationException(WRONG_TYPE);
  const kinds = new Set([...value].map((each) => typeof each));
  if (value.size === 0 || kinds.size > 1) throw new ValidationException(`${INVALID}: an empty or mixed set`);
  return value;
}

function bothOf(had: unknown, given: unknown): [Set<unknown>, Set<unknown>] {
  const [old, more] = [members(had), members(given)];
  if (typeof [...old][0] !== typeof [...more][0]) throw new ValidationException(WRONG_TYPE);
  return [old, more];
}

/** What `ADD` makes of a set attribute, which need not be there. */
export function union(had: unknown, given: unknown): Set<unknown> {
  if (had === undefined) return new Set(members(given));
  const [old, more] = bothOf(had, given);
  return new Set([...old, ...more]);
}

/** What `DELETE` leaves of a set attribute; nothing when no member is left, or there was none. */
export function without(had: unknown, given: unknown): Set<unknown> | undefined {
  if (had === undefined) {
    members(given);
    return undefined;
  }
  const [old, less] = bothOf(had, given);
  const left = [...old].filter((each) => !less.has(each));
  return left.length > 0 ? new Set(left) : undefined;
}

/** What `size(path)` is: characters of a string, members of a set, list or map; of nothing, nothing. */
export function sizeOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string") return value.length;
  if (isSet(value)) return value.size;
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value === "object" && value !== null) return Object.keys(value).length;
  throw new ValidationException("Incorrect operand type for operator or function: size");
}
