import { CliError, exitCodes } from "../../exit.ts";
import type { UsageInsights } from "./insights.ts";

/** The change of that number, as the others count them, for `git apply`. Throws where it is none, or would not load. */
export function patchAt({ proposals }: Pick<UsageInsights, "proposals">, number: number): string {
  const change = proposals[number - 1]?.change;
  if (!change) throw new CliError(`There are ${proposals.length} changes to propose.`, exitCodes.not_found);
  if ("problem" in change)
    throw new CliError(`Change ${number} would not load: ${change.problem}`, exitCodes.config);
  return change.patch;
}
