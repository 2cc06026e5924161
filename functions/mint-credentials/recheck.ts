import type { Table } from "../aws/table/client.ts";
import { readGrant } from "../aws/table/grants.ts";
import { readLockdowns } from "../aws/table/lockdowns.ts";
import { copiesOf } from "../core/access-role.ts";
import { lapsedRules } from "../core/approval/eligible.ts";
import { approvalDigest } from "../core/grant/digest.ts";
import type { Grant } from "../core/grant/grant.ts";
import { lockdownOn } from "../core/lockdown.ts";
import { type DecideDeps, decide, unmetRules } from "../core/policy/decision.ts";
import { epochMs } from "../core/time.ts";

type Deps = DecideDeps & { table: Table };
type Reason = { code: string; detail: string };

/** Read after the claim is written: whoever sets a lockdown writes it first and then reads who has claimed (I-71). */
async function lockedDown({ table }: Deps, { agent, resource }: Grant): Promise<Reason | undefined> {
  const about = { agent: agent.id, resource: resource.id, role: resource.role };
  const stands = lockdownOn(await readLockdowns(table), about);
  return stands && { code: "locked_down", detail: `lockdown ${stands.id} stands (${stands.target.type})` };
}

/** True when the grant that this one goes on from was not taken away: a release is its agent's own doing. */
const leftInPeace = (base: Grant | undefined): boolean =>
  base?.status === "ACTIVE" ||
  base?.status === "ENDED" ||
  ((base?.status === "REVOKING" || base?.status === "REVOKED") && base.closing.code === "released");

/** Read after the claim too: a revocation is written first, and then stops what extends the grant. */
async function baseRevoked({ table }: Deps, grant: Grant): Promise<Reason | undefined> {
  if (grant.extends === undefined) return undefined;
  return leftInPeace(await readGrant(table, grant.extends))
    ? undefined
    : { code: "base_revoked", detail: `grant ${grant.extends}, which this one extends, was stopped` };
}

/**
 * Why this grant must not be minted now, though it was approved: policy, catalogue and approvals are read anew, the
 * context is the one taken when asked (I-11, I-18). What would be minted must hash to what was approved (I-03).
 */
function policyChanged(deps: DecideDeps, grant: Grant): string | undefined {
  const agent = deps.catalogue.agents.find((each) => each.id === grant.agent.id);
  const resource = deps.catalogue.resources.find((each) => each.id === grant.resource.id);
  if (!agent || !resource) return "the agent or the resource is no longer in the catalogue";
  if (grant.windowSeconds > resource.maxWindowSeconds) return "the resource's longest window is now shorter";
  const { access, scope, windowSeconds, masked, requestedStart } = grant;
  const what = { agent: agent.id, kind: resource.kind, arn: resource.arn, access, scope };
  const approvable = { ...what, windowSeconds, masked, requestedStart };
  if (approvalDigest(approvable) !== grant.digest) return "what the ask compiles to has changed";
  if (!copiesOf(deps.catalogue, resource.accessRole).includes(grant.resource.role))
    return "the resource's access role has changed";
  const approved = grant.stages.filter((stage) => stage.status === "approved");
  if (approved.length !== grant.stages.length) return "a stage is not approved";
  // Whether people could be found is a matter of the day of the ask; that some are away by now undoes no yes.
  const { askedAt, decision } = grant;
  const again = decide(deps, { agent, resource, access, context: decision.context, at: epochMs(askedAt) });
  const lapsed = lapsedRules(deps.catalogue, agent, approved);
  if (lapsed.length > 0) return `approvals no longer stand: ${lapsed.join(", ")}`;
  const unmet = unmetRules(again, approved);
  return unmet.length > 0 ? `rules not met: ${unmet.join(", ")}` : undefined;
}

/** Why nothing may be minted for a grant whose next attempt was just claimed; undefined when it may. */
export async function forbidden(deps: Deps, grant: Grant): Promise<Reason | undefined> {
  const stopped = (await lockedDown(deps, grant)) ?? (await baseRevoked(deps, grant));
  if (stopped) return stopped;
  const detail = policyChanged(deps, grant);
  return detail === undefined ? undefined : { code: "policy_changed", detail };
}
