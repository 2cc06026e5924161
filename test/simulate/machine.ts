import type { StartWorkflow, TellWorkflow } from "../../functions/aws/workflow.ts";
import { type WorkflowState, workflowState } from "../../functions/core/grant/schedule.ts";
import { RunLostError } from "../fakes/wire.ts";
import { FakeWorkflow } from "../fakes/workflow.ts";
import { interpret, type TaskCall, TaskError, type Timing } from "../workflow/interpret.ts";
import { machine } from "../workflow/machine.ts";

/** How Step Functions itself behaves: virtual time, and how early or late a wait is over. */
export type Service = Omit<Timing, "token"> & {
  /** How long until an execution, or a task, begins. */
  lag(): number;
  /** A wait until `at` is over then. */
  waits(at: number): number;
  note(text: string): void;
};

/** An error as Lambda names it to Step Functions: what the function threw, or that it came to no end. */
const named = (fault: unknown): TaskError =>
  fault instanceof RunLostError
    ? new TaskError("Sandbox.Timedout")
    : new TaskError((fault as Error).name, (fault as Error).message);

/**
 * Step Functions over the very file that is deployed: its states, expressions, retries, back-offs, timeouts and catches, in
 * virtual time. One execution a name; a token is good for one answer, until its task is over.
 */
export class FileWorkflow extends FakeWorkflow {
  service: Service | undefined;
  /** How executions ended that did not end well. */
  readonly failed: string[] = [];
  private readonly waiting = new Map<string, { tell(state: WorkflowState): void }>();

  override readonly start: StartWorkflow = async (state, run = 1) => {
    const service = this.serving();
    const name = run === 1 ? state.grantId : `${state.grantId}-${run}`;
    const there = this.executions.get(name);
    if (there) {
      const again = there.at !== "done" && JSON.stringify(there.input) === JSON.stringify(state);
      return again && this.now() - there.since < 30_000 ? "started" : "exists";
    }
    const input = workflowState.parse(JSON.parse(JSON.stringify(state)));
    this.executions.set(name, { input, state: input, at: "ask", until: 0, failures: 0, since: this.now() });
    void this.execute(service, name, input);
    return "started";
  };

  override readonly tell: TellWorkflow = async (token, state) => {
    const waiting = this.waiting.get(token);
    if (!waiting) return "gone";
    this.waiting.delete(token);
    waiting.tell(JSON.parse(JSON.stringify(state)));
    return "told";
  };

  // Everything moves with the timeline.
  override nextWake = (): undefined => undefined;
  override settle = async (): Promise<void> => undefined;

  private serving(): Service {
    if (!this.service) throw new Error("the machine was given no time to run in");
    return this.service;
  }

  private async execute(service: Service, name: string, input: WorkflowState): Promise<void> {
    await service.until(service.now() + service.lag());
    const timing = {
      ...service,
      until: (at: number) => service.until(service.waits(at)),
      token: () => this.newToken(),
    };
    const run = await interpret(machine, input, (call) => this.perform(service, call), timing);
    service.note(`execution ${name} ${run.status}`);
    if (run.status !== "SUCCEEDED") this.failed.push(`${name}: ${run.status} ${run.error}`);
    const execution = this.executions.get(name);
    if (execution) execution.at = "done";
  }

  private async perform(service: Service, { state, payload }: TaskCall): Promise<unknown> {
    await service.until(service.now() + service.lag());
    const input = payload as WorkflowState & { stage: number; taskToken: string };
    try {
      switch (state) {
        case "Ask approvers":
          return await this.asks(input);
        case "Mint credentials":
          return await this.tasks.mint(input);
        case "Issue permit":
          return await this.tasks.permit(input);
        case "End access":
          return await this.tasks.end(input);
        default:
          throw new Error(`nothing is known to do in ${state}`);
      }
    } catch (fault) {
      throw named(fault);
    }
  }

  /** The token is good from before the function runs until an answer. */
  private async asks(input: { schema: 1; grantId: string; stage: number; taskToken: string }) {
    const answer = new Promise<WorkflowState>((tell) => this.waiting.set(input.taskToken, { tell }));
    try {
      await this.tasks.ask(input);
    } catch (fault) {
      this.waiting.delete(input.taskToken);
      throw fault;
    }
    return answer;
  }
}
