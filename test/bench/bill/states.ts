import type { WorkflowState } from "../../../functions/core/grant/schedule.ts";
import type { World } from "../../fakes/world.ts";
import { interpret } from "../../workflow/interpret.ts";
import { machine } from "../../workflow/machine.ts";

const TASKS = { mint: "Mint credentials", permit: "Issue permit", end: "End access" } as const;

/**
 * How many states the real machine enters for what the tasks of one execution answered: the answers are kept as the world
 * runs, and then given to the interpreter of `statemachines/grant-lifecycle.asl.json`.
 */
export function watchStates(world: World): () => Promise<number> {
  const answers: Record<string, WorkflowState[]> = {};
  const keep = (name: string, state: WorkflowState) => {
    answers[name] = [...(answers[name] ?? []), state];
  };
  for (const task of ["mint", "permit", "end"] as const) {
    const work = world[task];
    world[task] = async (id: string) => {
      const state = await work(id);
      keep(TASKS[task], state as WorkflowState);
      return state;
    };
  }
  world.workflow.afterTell = (state) => keep("Ask approvers", state);
  return async () => {
    const [execution] = world.workflow.executions.values();
    if (!execution) return 0;
    const left = structuredClone(answers);
    const { entered, status } = await interpret(machine, execution.input, ({ state }) => {
      const answer = left[state]?.shift();
      if (!answer) throw new Error(`${state} was not reached here`);
      return answer;
    });
    if (status !== "SUCCEEDED") throw new Error(`the machine ${status} at ${entered.at(-1)}`);
    return entered.length;
  };
}
