import type { Comparison } from "../../functions/core/policy/difference.ts";

/** What a comparison found, in one sentence. It speaks of the asks that were compared and of no others. */
export function summary({ compared, otherwise }: Comparison): string {
  if (otherwise.length === 0) return `None of the ${compared} asks compared would be decided otherwise.`;
  const count = (towards: string) => otherwise.filter((each) => each.towards === towards).length;
  const parts = [
    [count("more"), "would be let more"],
    [count("less"), "would be let less"],
    [count("other"), "would be treated otherwise"],
  ] as const;
  const said = parts.filter(([many]) => many > 0).map(([many, what]) => `${many} ${what}`);
  return `${otherwise.length} of the ${compared} asks compared would be decided otherwise: ${said.join(", ")}.`;
}
