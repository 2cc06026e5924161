import { ACTIONS_ROLE, type ActionType, AGENT_AUDIENCE } from "../../actions/action-type.ts";
import { hasParameter, schemaProblem } from "../../actions/parameters.ts";
import type { CatalogueFiles } from "./catalogue-files.ts";
import { repeatsOf } from "./check-people.ts";
import { checkPerformer } from "./check-performers.ts";
import { inNowhere } from "./places.ts";
import type { Path, Report } from "./problem.ts";

type Wrong = (path: Path, reason: string) => void;

/** The parameters of one action type: a schema that can be used, and nothing said of what it does not have. */
function checkParameters({ parameters, shown = [], triggers = [] }: ActionType, wrong: Wrong): void {
  const problem = schemaProblem(parameters);
  if (problem) {
    wrong(["parameters"], problem);
    return;
  }
  const none = (path: string) => `the parameters have no ${path}`;
  shown.forEach((path, place) => {
    if (path.includes(".")) wrong(["shown", place], "must be a parameter, not a part of one");
    else if (!hasParameter(parameters, path)) wrong(["shown", place], none(path));
  });
  triggers.forEach(({ parameter }, place) => {
    if (!hasParameter(parameters, parameter)) wrong(["triggers", place, "parameter"], none(parameter));
  });
  for (const { index, first } of repeatsOf(triggers.map(({ id }) => id)))
    wrong(["triggers", index, "id"], `is already the id of triggers[${first}]`);
}

/** Action types and the systems that perform them: ids of their own, and only what the rest of the catalogue has. */
export function checkActions({ actions, resources, people, agents }: CatalogueFiles, report: Report): void {
  const { actions: types = [], performers = [] } = actions.value ?? {};
  const wrong: Wrong = (path, reason) => report(actions.problem(path, reason));
  const resourceIds = (resources.value?.resources ?? []).map(({ id }) => id);
  const systems = [AGENT_AUDIENCE, ...performers.map(({ id }) => id)];
  const agentList = agents.value?.agents ?? [];
  const environments = agentList.map(({ environment }) => environment);

  for (const { index, first } of repeatsOf(performers.map(({ id }) => id)))
    wrong(["performers", index, "id"], `is already the id of performers[${first}]`);
  performers.forEach(({ id }, index) => {
    // Both are actors of events by their id.
    if (agentList.some((agent) => agent.id === id)) wrong(["performers", index, "id"], "is an agent's id");
    if (people.value?.people.some((person) => person.id === id))
      wrong(["performers", index, "id"], "is a person's id");
  });
  for (const { index, first } of repeatsOf(types.map(({ id }) => id)))
    wrong(["actions", index, "id"], `is already the id of actions[${first}]`);
  types.forEach((type, index) => {
    const at: Wrong = (path, reason) => wrong(["actions", index, ...path], reason);
    const { id, arn, audience, performer, ownerGroup, environment } = type;
    if (resourceIds.includes(id)) at(["id"], "is a resource's id too");
    if (id === ACTIONS_ROLE) at(["id"], "is a name that Latchkey uses itself");
    if (/[{}]/.test(inNowhere(arn)))
      at(["arn"], "may have no other placeholders than {account} and {region}");
    else if (!arn.endsWith(`:action/${id}`)) at(["arn"], `must end in :action/${id}`);
    if (!systems.includes(audience)) at(["audience"], `no performer has the id ${audience}`);
    else if (performer && audience !== AGENT_AUDIENCE)
      at(["audience"], `must be ${AGENT_AUDIENCE}: Latchkey performs it, and nobody redeems`);
    if (people.value && !Object.hasOwn(people.value.groups, ownerGroup))
      at(["ownerGroup"], `no group has the id ${ownerGroup}`);
    if (agents.value && !environments.includes(environment))
      at(["environment"], `no agent is in environment ${environment}`);
    checkParameters(type, at);
    checkPerformer(type, at);
  });
}
