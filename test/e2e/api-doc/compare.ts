/** What the document shows, and what stands for it in this run: ids, digests, permits and a link's token are made anew. */
export type Bindings = Map<string, string>;

const MADE_ANEW = [/^[a-z2-7]{16}$/, /^sha256:[0-9a-f]{64}$/, /^[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}$/];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const MORE = "…";

const isText = (value: unknown): value is string => typeof value === "string";
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function fits(shown: string, real: string, bound: Bindings): boolean {
  if (shown === MORE || (TIME.test(shown) && TIME.test(real))) return true;
  const anew = MADE_ANEW.find((form) => form.test(shown));
  if (anew) {
    if (!anew.test(real)) return false;
    if (!bound.has(shown)) bound.set(shown, real);
    return bound.get(shown) === real;
  }
  // Of a text that is shown in part, the rest may be anything; of a digest, all of it.
  const [start = "", ...ends] = shown.split(MORE);
  if (ends.length === 0) return shown === real;
  return shown.startsWith("sha256:")
    ? real.startsWith("sha256:")
    : real.startsWith(start) && real.endsWith(ends.at(-1) ?? "");
}

/** Elements in their order; a `…` stands for any number of others. */
function fitsList(shown: readonly unknown[], real: readonly unknown[], bound: Bindings): boolean {
  const [first, ...rest] = shown;
  if (shown.length === 0) return real.length === 0;
  if (first === MORE)
    return real.concat([undefined]).some((_, skipped) => {
      const tried = new Map(bound);
      if (!fitsList(rest, real.slice(skipped), tried)) return false;
      for (const [name, value] of tried) bound.set(name, value);
      return true;
    });
  return (
    real.length > 0 && differences(first, real[0], bound).length === 0 && fitsList(rest, real.slice(1), bound)
  );
}

/** Where an answer is not as it is shown: the paths. Every key that is shown must be there, and no other unless `…` says so. */
export function differences(shown: unknown, real: unknown, bound: Bindings, at = "$"): string[] {
  if (shown === MORE) return [];
  if (isText(shown))
    return isText(real) && fits(shown, real, bound) ? [] : [`${at}: ${JSON.stringify(real)}`];
  if (Array.isArray(shown))
    return Array.isArray(real) && fitsList(shown, real, bound) ? [] : [`${at}: ${JSON.stringify(real)}`];
  if (!isRecord(shown)) return shown === real ? [] : [`${at}: ${JSON.stringify(real)}`];
  if (!isRecord(real)) return [`${at}: ${JSON.stringify(real)}`];
  const more = Object.keys(real).filter((key) => !(key in shown));
  return [
    ...(MORE in shown || more.length === 0 ? [] : [`${at}: has ${more.join(", ")} too`]),
    ...Object.keys(shown)
      .filter((key) => key !== MORE)
      .flatMap((key) =>
        key in real
          ? differences(shown[key], real[key], bound, `${at}.${key}`)
          : [`${at}.${key}: is missing`],
      ),
  ];
}
