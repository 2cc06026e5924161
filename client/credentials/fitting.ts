import type { AskBody, GrantView } from "../../functions/core/api/schemas.ts";
import { canonicalJson } from "../../functions/core/canonical.ts";

/** A scope as one text, whatever the order of its parts. */
const scopeText = (scope: AskBody["scope"]): string =>
  canonicalJson(
    Object.fromEntries(
      Object.entries(scope ?? {}).map(([name, value]) => [
        name,
        Array.isArray(value) ? [...value].sort() : value,
      ]),
    ),
  );

const WORDS = ["resource", "access", "purpose", "task", "ticket", "model", "onBehalfOf"] as const;

/** Whether a grant is exactly what a profile asks for. `latchkey run` marks its own by their task: they end with it. */
export const isWhat = (body: AskBody, grant: GrantView): boolean =>
  WORDS.every((word) => grant[word] === body[word]) &&
  grant.window.seconds === body.windowSeconds &&
  !grant.masked &&
  !grant.decision.breakGlass &&
  scopeText(grant.scope) === scopeText(body.scope);

const OPEN = ["PENDING", "APPROVED", "ACTIVATING", "ACTIVE"];

/** Whether a grant gives access, or may yet. */
export const isOpen = ({ status, window }: GrantView, now: number): boolean =>
  OPEN.includes(status) && (window.endsAt === undefined || Date.parse(window.endsAt) > now);

/** Whether a grant is for another time: asked ahead, with a start of its own. Nobody who needs access now waits for that. */
export const isLater = ({ status, window }: GrantView, now: number): boolean =>
  status !== "ACTIVE" && window.endsAt === undefined && Date.parse(window.startsAt ?? "") > now;

const STOPS = ["revoked", "base_revoked", "rejected"];

/** Whether a person ended it, or said no: asking the same again at once would make nothing of that. */
export const isStopped = ({ status, closing }: GrantView): boolean =>
  status === "REJECTED" || STOPS.includes(closing?.code ?? "");

/** Until when a person's no holds against the same ask: as long as its window, from when they said it. */
export function holdsUntil({ timeline = [], window }: GrantView): number {
  const last = Math.max(0, ...timeline.filter(({ status }) => status).map(({ time }) => Date.parse(time)));
  return last + window.seconds * 1000;
}
