import type { CallToolResult } from "@modelcontextprotocol/server";
import { RefusedError } from "../../errors.ts";
import { answer } from "../answer.ts";
import type { Tools } from "../wait.ts";
import { accessOf } from "../words.ts";

/** Gives access back, or takes an ask back; of what is over already, it says so. */
export async function releaseAccess(
  { deps, session }: Tools,
  { grantId }: { grantId: string },
): Promise<CallToolResult> {
  try {
    const grant = await session.release(grantId);
    const until = grant.liveUntil ? ` What was collected still works until ${grant.liveUntil}.` : "";
    return answer(`Grant ${grantId} is given back (${grant.status}).${until}`, accessOf(grant, deps));
  } catch (error) {
    if (!(error instanceof RefusedError) || (error.kind !== "over" && error.kind !== "conflict")) throw error;
    const grant = await deps.broker.grant(grantId);
    session.note(grant);
    return answer(`Grant ${grantId} is over already (${grant.status}).`, accessOf(grant, deps));
  }
}
