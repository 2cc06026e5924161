import { durationInWords } from "../time.ts";
import type { Rule } from "./bundle.ts";

const capOf = ({ maxWindowSeconds }: Rule): number => maxWindowSeconds ?? Number.POSITIVE_INFINITY;

/** The permits that let a window of that length pass. One is enough; another rule's cap is nobody's business (I-04). */
export const lettingPass = (permits: readonly Rule[], windowSeconds: number): Rule[] =>
  permits.filter((permit) => windowSeconds <= capOf(permit));

/** The longest window that these permits let pass, in seconds. */
export const longestWindow = (permits: readonly Rule[]): number => Math.max(...permits.map(capOf));

/** Why permits that apply still do not let a longer window pass, for each of them. */
export function tooLong(permits: readonly Rule[]): { id: string; reason: string }[] {
  const longest = longestWindow(permits);
  const reason = `the longest window that the rules for this ask allow is ${longest} seconds (${durationInWords(longest)})`;
  return permits.map(({ id }) => ({ id, reason }));
}
