import type { Answer } from "../aws/http/answer.ts";
import type { Principal } from "../aws/http/principal.ts";
import type { Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { listWaiting } from "../aws/table/grants.ts";
import { groupsAt, mayDecide } from "../core/approval/eligible.ts";
import type { Person } from "../core/catalogue.ts";
import { refusal } from "../core/errors.ts";
import { type Grant, openStage } from "../core/grant/grant.ts";
import { grantViewOf } from "../core/grant/view.ts";
import type { DecideDeps } from "../core/policy/decision.ts";

type Deps = Pick<DecideDeps, "catalogue" | "bundle"> & { table: Table; now: Now };

/** How many of a group's waiting grants are looked at: the newest. */
const LOOKED_AT = 100;

/** The groups whose stages a person may have to decide: those they speak for now, and those that escalate to one. */
function groupsFor({ catalogue, bundle }: Deps, person: Person, at: number): string[] {
  const own = groupsAt(catalogue, person, at);
  const escalating = bundle.rules.flatMap(({ obligation }) =>
    obligation?.escalateTo && own.includes(obligation.escalateTo) ? [obligation.approvers] : [],
  );
  return [...new Set([...own, ...escalating])];
}

function mayDecideNow(
  { catalogue }: Deps,
  grant: Grant,
  { person, at }: { person: Person; at: number },
): boolean {
  const agent = catalogue.agents.find((each) => each.id === grant.agent.id);
  const stage = openStage(grant);
  return (
    agent !== undefined &&
    stage !== undefined &&
    mayDecide(catalogue, agent, grant, { stage, at }).some(({ id }) => id === person.id)
  );
}

/** `GET /grants?waiting=me`: what this person may decide now, newest first. For showing only: nothing is authorised from it. */
export async function listWaitingFor(deps: Deps, principal: Principal, limit: number): Promise<Answer> {
  if (principal.kind !== "person") return refusal("not_your_role");
  const { person } = principal;
  const at = deps.now();
  const pages = await Promise.all(
    groupsFor(deps, person, at).map((group) => listWaiting(deps.table, group, LOOKED_AT)),
  );
  const grants = pages
    .flat()
    .filter((grant) => mayDecideNow(deps, grant, { person, at }))
    .sort((a, b) => (a.askedAt < b.askedAt ? 1 : a.askedAt > b.askedAt ? -1 : 0));
  return { status: 200, body: { grants: grants.slice(0, limit).map((grant) => grantViewOf(grant)) } };
}
