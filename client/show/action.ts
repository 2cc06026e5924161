import type { ActionView } from "../../functions/core/api/actions.ts";
import { grantOfAction } from "../access/action.ts";
import { grantLines } from "./grant.ts";

/** An action for people: the grant that it is, and who performs it. */
export function actionText(action: ActionView): string {
  const { performer, audience, parametersDigest } = action;
  const by = performer ? `Latchkey itself (${performer})` : audience;
  const more = { "done by": by, params: parametersDigest };
  return grantLines(grantOfAction(action), Object.entries(more));
}

/** For programs, whose output is kept in logs: the permit only where somebody says so. */
export function withoutPermit({ permit: _, ...action }: ActionView): Omit<ActionView, "permit"> {
  return action;
}
