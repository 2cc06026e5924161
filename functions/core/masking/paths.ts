/** One step of a field's path: a member by name, each element of an array, each value of a map, or the keys of a map. */
export type Step = { name: string } | "[]" | "{}" | "{key}";

const NAME = /^(?:"((?:[^"\\]|\\["\\])+)"|([^\s.[\]{}"\\][^.[\]{}"\\]*))/;
const MARK = /^(\[\]|\{\}|\{key\})/;

/**
 * `claimant.email`, `items[].sku`, `contacts{}`, `contacts{key}`, `"odd.name"[].x` as steps; undefined when it is not a
 * path. The keys of a map are the end of a path: there is nothing below a key.
 */
export function stepsOf(path: string): Step[] | undefined {
  const steps: Step[] = [];
  let rest = path;
  for (;;) {
    const [all, quoted, bare] = NAME.exec(rest) ?? [];
    if (all === undefined) return undefined;
    steps.push({ name: quoted === undefined ? String(bare) : quoted.replace(/\\(.)/g, "$1") });
    rest = rest.slice(all.length);
    for (let mark = MARK.exec(rest)?.[0]; mark; mark = MARK.exec(rest)?.[0]) {
      if (steps.at(-1) === "{key}") return undefined;
      steps.push(mark as "[]" | "{}" | "{key}");
      rest = rest.slice(mark.length);
    }
    if (rest === "") return steps;
    if (!rest.startsWith(".") || steps.at(-1) === "{key}") return undefined;
    rest = rest.slice(1);
  }
}

/** One spelling for one path, however it was quoted. */
export const keyOf = (steps: readonly Step[]): string =>
  steps.map((step) => (typeof step === "string" ? step : JSON.stringify(step.name))).join(".");
