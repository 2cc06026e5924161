import { measureStarts } from "./start.ts";

const kilobytes = (bytes: number): string => (bytes / 1024).toFixed(0);

/** Size and start of every bundle, beside an empty function in the same run. */
export async function benchStart(rounds: number): Promise<string[]> {
  const { empty, starts } = await measureStarts(rounds);
  const ratio = (took: number, of: number) => (took / of).toFixed(1);
  const rows = starts
    .sort((a, b) => b.cpu - a.cpu)
    .map(
      ({ name, bytes, cedar, took, cpu }) =>
        `| ${name}${cedar ? " (Cedar)" : ""} | ${kilobytes(bytes)} | ${cpu.toFixed(0)} | ${ratio(cpu, empty.cpu)} | ${ratio(took, empty.took)} |`,
    );
  return [
    "| function | KiB | ms of processor | × empty | × empty, by the clock |",
    "| --- | --: | --: | --: | --: |",
    `| an empty one | 0 | ${empty.cpu.toFixed(0)} | 1.0 | 1.0 |`,
    ...rows,
    "",
    `Medians of ${rounds} starts each, in turn. Cedar's .wasm (4.1 MiB) lies beside the code of those that evaluate.`,
  ];
}
