import type { Facts } from "../audit/event.ts";
import { canonicalJson } from "../canonical.ts";
import type { AskContext } from "./context.ts";
import { type Decision, type ShadowDecision, shadowDecision } from "./decided.ts";

/**
 * The context as it goes on record: without an action's parameters, whose values are whatever an agent sends. Beside what
 * policy saw, when the window was to start where the ask said so: clock facts are of that moment, in the zone that the
 * policy of the day had.
 */
function contextText({ parameters: _, ...context }: AskContext, startsAt: string | undefined): string {
  return canonicalJson({ ...context, ...(startsAt === undefined ? {} : { startsAt }) });
}

/** What the record keeps of a decision so that it can be made again, and what its rules on trial would have made of it. */
export const recordedFacts = ({ context, shadow }: Decision, startsAt?: string): Facts => ({
  context: contextText(context, startsAt),
  ...(shadow ? { shadow: canonicalJson(shadow) } : {}),
});

/** What is on record of an ask's rules on trial. Nothing where there is none, or where a later release wrote it otherwise. */
export function recordedShadow({ shadow }: Facts): ShadowDecision | undefined {
  if (shadow === undefined) return undefined;
  const parsed = shadowDecision.safeParse(JSON.parse(shadow));
  return parsed.success ? parsed.data : undefined;
}
