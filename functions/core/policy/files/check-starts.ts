import { hasParameter } from "../../actions/parameters.ts";
import type { CatalogueFiles } from "./catalogue-files.ts";
import { repeatsOf } from "./check-people.ts";
import { inNowhere } from "./places.ts";
import type { Path, Report } from "./problem.ts";

/** What starts approvals on events: agents and actions that there are, parameters that the action has, all that it needs. */
export function checkStarts({ actions, agents }: CatalogueFiles, report: Report): void {
  const { starts = [], actions: types = [] } = actions.value ?? {};
  const wrong = (path: Path, reason: string) => report(actions.problem(["starts", ...path], reason));
  for (const { index, first } of repeatsOf(starts.map(({ id }) => id)))
    wrong([index, "id"], `is already the id of starts[${first}]`);
  starts.forEach(({ agent, action, parameters, answer }, index) => {
    if (agents.value && !agents.value.agents.some(({ id }) => id === agent))
      wrong([index, "agent"], `no agent has the id ${agent}`);
    if (answer && /[{}]/.test(inNowhere(answer.stateMachine)))
      wrong([index, "answer", "stateMachine"], "may have no other placeholders than {account} and {region}");
    const type = types.find(({ id }) => id === action);
    if (!type) {
      wrong([index, "action"], `no action has the id ${action}`);
      return;
    }
    // Nobody collects a permit that nobody asked for.
    if (!type.performer) wrong([index, "action"], "must be an action that Latchkey performs itself");
    const { required = [] } = type.parameters as { required?: string[] };
    for (const name of Object.keys(parameters))
      if (!hasParameter(type.parameters, name))
        wrong([index, "parameters", name], `${action} has no such parameter`);
    for (const name of required)
      if (!Object.hasOwn(parameters, name)) wrong([index, "parameters"], `must have ${name}`);
  });
}
