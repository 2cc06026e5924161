import { CliError, exitCodes } from "../../exit.ts";
import { numbered } from "../numbered.ts";
import type { UsageInsights } from "./insights.ts";

/** The change of that number, as the text counts them, for `git apply`. Throws where it is none, or would not load. */
export function patchAt({ proposals }: Pick<UsageInsights, "proposals">, number: number): string {
  const { change } = numbered(proposals, number);
  if ("problem" in change)
    throw new CliError(`Change ${number} would not load: ${change.problem}`, exitCodes.config);
  return change.patch;
}
