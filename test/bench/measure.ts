export const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Two things in turn, A B A B, so that a machine whose speed drifts drifts for both; the ratio of their medians. */
export async function paired(
  a: () => Promise<unknown> | unknown,
  b: () => Promise<unknown> | unknown,
  times: number,
) {
  const took = { a: [] as number[], b: [] as number[] };
  for (let round = 0; round < times; round += 1) {
    for (const [name, work] of [
      ["a", a],
      ["b", b],
    ] as const) {
      const from = performance.now();
      await work();
      took[name].push(performance.now() - from);
    }
  }
  return { a: median(took.a), b: median(took.b), ratio: median(took.a) / median(took.b) };
}

export const row = (what: string, { a, b, ratio }: { a: number; b: number; ratio: number }) =>
  console.log(
    `${what.padEnd(66)} ${a.toFixed(2).padStart(9)} ms ${b.toFixed(2).padStart(9)} ms  × ${ratio.toFixed(2)}`,
  );

/** Two things beside each other as a row of a table; `unit` says in what. */
export const tableRow = (
  what: string,
  { a, b, ratio }: { a: number; b: number; ratio: number },
  unit = "ms",
) => `| ${what} | ${a.toFixed(2)} ${unit} | ${b.toFixed(2)} ${unit} | ${ratio.toFixed(2)} |`;
export const TABLE_HEAD = ["| what (A, beside B) | A | B | A ÷ B |", "| --- | --: | --: | --: |"];
