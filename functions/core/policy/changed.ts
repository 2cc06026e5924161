import { copiesOf } from "../access-role.ts";
import { lapsedRules } from "../approval/eligible.ts";
import { type Agent, type Subject, subjectOf } from "../catalogue.ts";
import { approvalDigest } from "../grant/digest.ts";
import type { Grant } from "../grant/grant.ts";
import { epochMs } from "../time.ts";
import { type DecideDeps, decide, unmetRules } from "./decision.ts";

/** What the grant would be approved as, by the catalogue as it is now. */
export function digestNow(agent: Pick<Agent, "id">, resource: Subject, grant: Grant): string {
  const { access, scope, windowSeconds, masked, requestedStart } = grant;
  return approvalDigest({
    agent: agent.id,
    kind: resource.kind,
    arn: resource.arn,
    settings: resource.settings,
    access,
    scope,
    windowSeconds,
    masked,
    masking: resource.masking,
    requestedStart,
  });
}

/**
 * Why this grant must not be minted now, or must not be live any more, though it was approved: policy, catalogue and
 * approvals are read anew, the context is the one taken when asked (I-11, I-18). What is minted must hash to what was
 * approved (I-03).
 */
export function policyChanged(deps: DecideDeps, grant: Grant): string | undefined {
  const agent = deps.catalogue.agents.find((each) => each.id === grant.agent.id);
  const resource = subjectOf(deps.catalogue, grant.resource.id);
  if (!agent || !resource) return "the agent or the resource is no longer in the catalogue";
  if (grant.windowSeconds > resource.maxWindowSeconds) return "the resource's longest window is now shorter";
  if (digestNow(agent, resource, grant) !== grant.digest) return "what the ask compiles to has changed";
  if (!copiesOf(deps.catalogue, resource.accessRole).includes(grant.resource.role))
    return "the resource's access role has changed";
  const approved = grant.stages.filter((stage) => stage.status === "approved");
  if (approved.length !== grant.stages.length) return "a stage is not approved";
  // Whether people could be found is a matter of the day of the ask; that some are away by now undoes no yes.
  const { askedAt, decision } = grant;
  const again = decide(deps, {
    agent,
    resource,
    access: grant.access,
    context: decision.context,
    at: epochMs(askedAt),
  });
  const unmet = unmetRules(again, approved);
  const lapsed = lapsedRules(deps.catalogue, agent, approved);
  if (lapsed.length > 0) return `approvals no longer stand: ${lapsed.join(", ")}`;
  return unmet.length > 0 ? `rules not met: ${unmet.join(", ")}` : undefined;
}
