import { isRequester } from "../aws/http/requester.ts";
import type { Call } from "../aws/http/signed-api.ts";
import type { Table } from "../aws/table/client.ts";
import { readGrant } from "../aws/table/grants.ts";
import { AGENT_AUDIENCE } from "../core/actions/action-type.ts";
import { type Refusal, refusal } from "../core/errors.ts";
import type { Grant } from "../core/grant/grant.ts";
import { grantId } from "../core/ids.ts";
import { ACTION } from "../core/kinds/names.ts";

/**
 * The action that a call is about, if the caller is who performs it: the system that its type names, or the very agent
 * that asked, where that is the audience. What Latchkey itself performs nobody redeems. Another agent's action is not there.
 */
export async function actionFor(
  table: Table,
  { principal, params }: Call,
): Promise<{ ok: true; grant: Grant } | { ok: false; refusal: Refusal }> {
  const no = (code: "not_found" | "wrong_audience", message?: string) =>
    ({ ok: false, refusal: refusal(code, message) }) as const;
  const id = grantId.safeParse(params.id);
  const grant = id.success ? await readGrant(table, id.data) : undefined;
  if (!grant || grant.resource.kind !== ACTION) return no("not_found");
  const own = isRequester(principal, grant);
  if (principal.kind === "agent" && !own) return no("not_found");
  const { audience, performer } = grant.resource.settings ?? {};
  if (performer !== undefined) return no("wrong_audience", "Latchkey itself performs this action.");
  if (own ? audience === AGENT_AUDIENCE : isSystem(principal, audience)) return { ok: true, grant };
  return no("wrong_audience");
}

const isSystem = (principal: Call["principal"], audience: unknown): boolean =>
  principal.kind === "performer" && principal.performer.id === audience;
