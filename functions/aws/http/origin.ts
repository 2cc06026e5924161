import * as z from "zod";
import type { Actor } from "../../core/audit/event.ts";

/** By which call, and from where, as API Gateway says in the request's context. What a header says of it is not looked at (I-07). */
export type Origin = Pick<Actor, "requestId" | "sourceIp">;

const text = z.string().min(1).max(64).optional().catch(undefined);
const context = z.object({
  requestId: text,
  identity: z.object({ sourceIp: text }).catch({ sourceIp: undefined }),
});

/** The origin of a call: what is missing, or of another form, is left out, and nobody is refused for it. */
export function originOf(requestContext: unknown): Origin {
  const parsed = context.safeParse(requestContext);
  const { requestId, sourceIp } = parsed.success
    ? { requestId: parsed.data.requestId, sourceIp: parsed.data.identity.sourceIp }
    : {};
  return { ...(requestId ? { requestId } : {}), ...(sourceIp ? { sourceIp } : {}) };
}
