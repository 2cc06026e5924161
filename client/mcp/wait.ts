import type { ServerContext } from "@modelcontextprotocol/server";
import type { GrantView } from "../../functions/core/api/schemas.ts";
import { untilActive } from "../access/wait.ts";
import { whoIsAsked } from "../access/words.ts";
import { NoAccessError } from "../errors.ts";
import type { McpDeps } from "./deps.ts";
import { progressOf } from "./progress.ts";
import type { Session } from "./session.ts";

/** What a tool has beside its arguments. */
export type Tools = { deps: McpDeps; session: Session };

const waiting = (grant: GrantView): string => {
  const asked = whoIsAsked(grant);
  return asked ? `Grant ${grant.id} waits for ${asked}` : `Grant ${grant.id} is ${grant.status}`;
};

/** How a grant stands when it is active, closed, or when `seconds` are over; the client hears for whom it waits. */
export async function settled(
  { deps, session }: Tools,
  first: GrantView,
  seconds: number,
  context: ServerContext,
): Promise<GrantView> {
  const progress = progressOf(context, { now: deps.now, total: seconds });
  try {
    const grant = await untilActive(deps, first, {
      timeoutSeconds: seconds,
      signal: context.mcpReq.signal,
      onChange: (seen) => progress.say(waiting(seen)),
    });
    session.note(grant);
    return grant;
  } catch (error) {
    // Pending and over are answers here, not faults.
    if (!(error instanceof NoAccessError)) throw error;
    session.note(error.grant);
    return error.grant;
  } finally {
    progress.close();
  }
}
