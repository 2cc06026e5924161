import { faultFields, type Log } from "../aws/log.ts";
import type { Table } from "../aws/table/client.ts";
import { listGrants } from "../aws/table/grants.ts";
import { byAgent, keys } from "../aws/table/keys.ts";
import type { Grant } from "../core/grant/grant.ts";

const LOOKED_AT = 25;
const SHOWN = 5;

/**
 * What the agent asked for before this grant: of the last 25 the five that say most, those for the same resource first
 * in choosing, newest first in showing. Read from the place of this grant in the index, so that a flood of later asks
 * pushes nothing out of sight. For information, no authority comes from it: where it cannot be read, `undefined`, and
 * the page says so.
 */
export async function earlierAsks(
  { table, log }: { table: Table; log: Log },
  grant: Grant,
): Promise<Grant[] | undefined> {
  const { id, askedAt, agent, resource } = grant;
  const after = { ...keys.grant(id), ...byAgent(agent.id, askedAt, id) };
  try {
    const { grants } = await listGrants(table, agent.id, { limit: LOOKED_AT, after });
    const isSame = (each: Grant) => each.resource.id === resource.id;
    const chosen = [...grants.filter(isSame), ...grants.filter((each) => !isSame(each))].slice(0, SHOWN);
    return grants.filter((each) => chosen.includes(each));
  } catch (fault) {
    log("approval.history_failed", { grantId: id, ...faultFields(fault) });
    return undefined;
  }
}
