import type { CallToolResult, ServerContext } from "@modelcontextprotocol/server";
import { answer } from "../answer.ts";
import { settled, type Tools } from "../wait.ts";
import { accessOf, accessText } from "../words.ts";

/** How one grant stands, waiting for a change if told to; or all that this session has asked for. */
export async function accessStatus(
  tools: Tools,
  { grantId, waitSeconds }: { grantId?: string | undefined; waitSeconds: number },
  context: ServerContext,
): Promise<CallToolResult> {
  const { deps, session } = tools;
  const { signal } = context.mcpReq;
  const look = (id: string) => deps.broker.grant(id, { signal });
  const grants = grantId
    ? [await settled(tools, await look(grantId), waitSeconds, context)]
    : await Promise.all(session.held().map(({ grant }) => look(grant.id)));
  for (const grant of grants) session.note(grant);
  const all = grants.map((grant) => accessOf(grant, deps));
  const text = all.map((each) => accessText(each, deps)).join("\n\n");
  return answer(text || "This session holds no access. Ask with request_access.", { grants: all });
}
