import { CliError, exitCodes } from "../exit.ts";

function words(count: number): string {
  if (count === 0) return "none is proposed";
  return count === 1 ? "only 1 is proposed" : `they are numbered from 1 to ${count}`;
}

/** The proposal of a number, as they are numbered for people, from 1. Throws with the numbers that there are. */
export function numbered<T>(proposals: readonly T[], number: number): T {
  const proposal = proposals[number - 1];
  if (proposal !== undefined) return proposal;
  throw new CliError(`There is no change ${number}: ${words(proposals.length)}.`, exitCodes.not_found);
}
