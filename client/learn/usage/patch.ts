import { CliError, exitCodes } from "../../exit.ts";
import type { UsageInsights } from "./insights.ts";

function numbered(count: number): string {
  if (count === 0) return "none is proposed";
  return count === 1 ? "only 1 is proposed" : `they are numbered from 1 to ${count}`;
}

/** The change of that number, as the text counts them, for `git apply`. Throws where it is none, or would not load. */
export function patchAt({ proposals }: Pick<UsageInsights, "proposals">, number: number): string {
  const change = proposals[number - 1]?.change;
  if (!change)
    throw new CliError(`There is no change ${number}: ${numbered(proposals.length)}.`, exitCodes.not_found);
  if ("problem" in change)
    throw new CliError(`Change ${number} would not load: ${change.problem}`, exitCodes.config);
  return change.patch;
}
