import type { CallToolResult, ServerContext } from "@modelcontextprotocol/server";
import type { AskBody } from "../../../functions/core/api/schemas.ts";
import { plainText } from "../../../functions/core/text.ts";
import { DeniedError } from "../../errors.ts";
import { answer } from "../answer.ts";
import { askBodyOf } from "../ask-body.ts";
import type { AccessOut, RequestIn } from "../schemas.ts";
import { settled, type Tools } from "../wait.ts";
import { accessOf, accessText } from "../words.ts";

/** A plain no as tools answer it: each alternative as the arguments that would pass. */
export function deniedOut(error: DeniedError, body: AskBody, base: object): AccessOut {
  const { resource, access, scope, windowSeconds } = body;
  return {
    ...{ outcome: "denied", resource, access, windowSeconds },
    ...(scope ? { scope } : {}),
    ...(error.grantId ? { grantId: error.grantId } : {}),
    why: plainText(error.message),
    reasons: error.reasons.map(({ id, reason }) => ({ id: plainText(id), reason: plainText(reason) })),
    alternatives: error.alternatives.map(({ change }) => ({ ...base, ...change })),
  };
}

/** Asks, and waits for people; taken back when the client cancels the call. */
export async function requestAccess(
  tools: Tools,
  given: RequestIn,
  context: ServerContext,
): Promise<CallToolResult> {
  const { deps, session } = tools;
  const { signal } = context.mcpReq;
  const body = askBodyOf(given, deps.file?.content);
  try {
    const { held, done } = await session.ask(body, { signal });
    try {
      const grant = await settled(tools, held.grant, given.waitSeconds, context);
      const out = accessOf(grant, deps);
      const none = out.outcome === "rejected" || out.outcome === "over";
      return answer(accessText(out, deps), out, none);
    } finally {
      // What only this call asked for nobody waits for any more. What an earlier call was answered stays.
      await done(signal.aborted ? { cut: true } : { stay: true });
    }
  } catch (error) {
    if (!(error instanceof DeniedError)) throw error;
    const { waitSeconds: _, window: __, ...base } = given;
    const out = deniedOut(error, body, { ...base, windowSeconds: body.windowSeconds });
    return answer(accessText(out, deps), out, true);
  }
}
