import { durationInWords } from "../time.ts";
import type { Rule } from "./bundle.ts";
import type { Decision } from "./decided.ts";

const capOf = ({ maxWindowSeconds }: Rule): number => maxWindowSeconds ?? Number.POSITIVE_INFINITY;

/** The permits that let a window of that length pass. One is enough; another rule's cap is nobody's business (I-04). */
export const lettingPass = (permits: readonly Rule[], windowSeconds: number): Rule[] =>
  permits.filter((permit) => windowSeconds <= capOf(permit));

/** The longest window that these permits let pass, in seconds. */
export const longestWindow = (permits: readonly Rule[]): number => Math.max(...permits.map(capOf));

/**
 * The longest window that policy lets an ask have that was not denied: its resource's, or that of the permits by which it
 * passed, and of the rule that let the glass be broken, if those say less. Undefined for a no: nothing is let.
 */
export function windowCapOf(
  rules: readonly Rule[],
  { outcome, rules: by, breakGlass }: Pick<Decision, "outcome" | "rules" | "breakGlass">,
  resource: { maxWindowSeconds: number },
): number | undefined {
  if (outcome === "deny") return undefined;
  const named = rules.filter(({ id, effect }) => effect === "permit" && by.some((note) => note.id === id));
  const permits = named.filter((rule) => rule.breakGlass === undefined);
  const breaking = named.filter(({ id }) => id === breakGlass?.rule);
  const caps = [permits, breaking].filter((group) => group.length > 0).map(longestWindow);
  return Math.min(resource.maxWindowSeconds, ...caps);
}

/** Why permits that apply still do not let a longer window pass, for each of them. */
export function tooLong(permits: readonly Rule[]): { id: string; reason: string }[] {
  const longest = longestWindow(permits);
  const reason = `the longest window that the rules for this ask allow is ${longest} seconds (${durationInWords(longest)})`;
  return permits.map(({ id }) => ({ id, reason }));
}
