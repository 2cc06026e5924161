import type { Step } from "./paths.ts";

type Json = unknown;

/** The steps that go on below each name, and whether a column ends here. */
type Wanted = { whole: boolean; names: Map<string, Wanted>; each?: Wanted; values?: Wanted };
const nothing = (): Wanted => ({ whole: false, names: new Map() });

function add(into: Wanted, [step, ...rest]: readonly Step[]): void {
  // The keys of a map come with their values.
  if (step === undefined || step === "{key}") into.whole = true;
  else if (typeof step === "object") {
    const below = into.names.get(step.name) ?? nothing();
    into.names.set(step.name, below);
    add(below, rest);
  } else {
    const side = step === "[]" ? "each" : "values";
    into[side] ??= nothing();
    add(into[side], rest);
  }
}

function take(value: Json, wanted: Wanted): Json {
  if (wanted.whole || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return wanted.each ? value.map((each) => take(each, wanted.each as Wanted)) : [];
  const entries = Object.entries(value).flatMap(([name, each]) => {
    const below = wanted.values ?? wanted.names.get(name);
    return below ? [[name, take(each, below)] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** The columns of a row that is masked already, in the row's own order. Absent in the row: absent here. */
export function projector(columns: readonly Step[][] | undefined) {
  if (!columns) return (row: Record<string, unknown>) => row;
  const wanted = nothing();
  for (const steps of columns) add(wanted, steps);
  return (row: Record<string, unknown>) => take(row, wanted) as Record<string, unknown>;
}
