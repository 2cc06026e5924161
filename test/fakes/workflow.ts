import type { StartWorkflow, TellWorkflow } from "../../functions/aws/workflow.ts";
import type { WorkflowState } from "../../functions/core/grant/schedule.ts";
import type { Around, Secrets } from "./services.ts";

/** The functions that the machine calls. */
export type Tasks = {
  ask(input: { schema: 1; grantId: string; stage: number; taskToken: string }): Promise<void>;
  mint(state: WorkflowState): Promise<WorkflowState>;
  permit(state: WorkflowState): Promise<WorkflowState>;
  end(state: WorkflowState): Promise<WorkflowState>;
};

type At = WorkflowState["next"] | "asked" | "done";
export type Execution = {
  input: WorkflowState;
  state: WorkflowState;
  at: At;
  until: number;
  token?: string;
  failures: number;
  since: number;
};

/** What one is made of: the clock, who keeps secrets, and the functions. */
export type WorkflowParts = [now: () => number, secrets: Secrets, tasks: Tasks];

const ASK_TIMEOUT_MS = 612_000_000;
// Retry and Catch of `statemachines/grant-lifecycle.asl.json`: tries, then how long the back-off waits.
const POLICY = {
  ask: { tries: 6, backOffMs: 300_000, next: "ask" },
  mint: { tries: 5, backOffMs: 0, next: "end" },
  permit: { tries: 5, backOffMs: 0, next: "end" },
  end: { tries: 8, backOffMs: 600_000, next: "end" },
} as const;

const ROTATION_BACK_OFF_MS = 120_000;

/**
 * Step Functions, as far as the grant's machine goes: one execution a name, tasks that are retried and caught, waits by
 * the virtual clock, and task tokens. What the file itself says is proved in `test/workflow`.
 */
export class FakeWorkflow {
  readonly executions = new Map<string, Execution>();
  /** Stop driving: tests then call the tasks by themselves. */
  paused = false;
  beforeStart: Around<WorkflowState> | undefined;
  afterStart: Around<WorkflowState> | undefined;
  beforeTell: Around<WorkflowState> | undefined;
  afterTell: Around<WorkflowState> | undefined;
  tokens = 0;
  private busy = false;
  protected readonly now: () => number;
  private readonly secrets: Secrets;
  protected readonly tasks: Tasks;

  constructor(now: () => number, secrets: Secrets, tasks: Tasks) {
    this.now = now;
    this.secrets = secrets;
    this.tasks = tasks;
  }

  /** Same name, same input, still running: AWS answers with the start of the one that runs. Otherwise the name is taken. */
  readonly start: StartWorkflow = async (state, run = 1) => {
    await this.beforeStart?.(state);
    const name = run === 1 ? state.grantId : `${state.grantId}-${run}`;
    const there = this.executions.get(name);
    if (there) {
      const again = there.at !== "done" && JSON.stringify(there.input) === JSON.stringify(state);
      return again && this.now() - there.since < 30_000 ? "started" : "exists";
    }
    this.executions.set(name, {
      input: state,
      state,
      at: state.next,
      until: waitOf(state),
      failures: 0,
      since: this.now(),
    });
    await this.afterStart?.(state);
    return "started";
  };

  readonly tell: TellWorkflow = async (token, state) => {
    await this.beforeTell?.(state);
    const waiting = [...this.executions.values()].find((each) => each.token === token);
    if (!waiting) return "gone";
    delete waiting.token;
    goTo(waiting, state);
    await this.afterTell?.(state);
    return "told";
  };

  newToken(): string {
    this.tokens += 1;
    return this.secrets.add("task token", `TASK-TOKEN-${this.tokens}-${"x".repeat(40)}`);
  }

  /** When the next wait is over; undefined when every execution waits for somebody or is done. */
  nextWake(): number | undefined {
    const waits = [...this.executions.values()].filter((each) => each.at !== "done" && each.at !== "over");
    return waits.length === 0 ? undefined : Math.min(...waits.map(({ until }) => until));
  }

  /** Runs everything that need not wait. */
  async settle(): Promise<void> {
    if (this.busy || this.paused) return;
    this.busy = true;
    try {
      for (let moved = true, steps = 0; moved; steps += 1) {
        if (steps > 1_000) throw new Error("the workflow goes round without waiting");
        moved = false;
        for (const each of [...this.executions.values()]) moved = (await this.step(each)) || moved;
      }
    } finally {
      this.busy = false;
    }
  }

  private async step(each: Execution): Promise<boolean> {
    if (each.at === "done" || this.now() < each.until) return false;
    if (each.at === "waitToMint" || each.at === "backOff") return goTo(each, { ...each.state, next: "mint" });
    if (each.at === "waitToEnd") return goTo(each, { ...each.state, next: "end" });
    if (each.at === "asked") {
      delete each.token;
      return goTo(each, { ...each.state, next: "end" });
    }
    // What Latchkey performs itself is not driven here.
    if (each.at === "over" || each.at === "perform") {
      each.at = "done";
      return true;
    }
    return this.task(each, each.at);
  }

  private async task(each: Execution, name: "ask" | "mint" | "permit" | "end"): Promise<boolean> {
    const state = { schema: 1, grantId: each.state.grantId, next: name } as const;
    try {
      if (name === "ask") {
        const { stage = 0 } = each.state;
        const token = this.newToken();
        Object.assign(each, { token, at: "asked", until: this.now() + ASK_TIMEOUT_MS });
        await this.tasks.ask({ schema: 1, grantId: state.grantId, stage, taskToken: token });
        each.failures = 0;
        return true;
      }
      const answer = await this.tasks[name](state);
      each.failures = 0;
      if (name === "end") Object.assign(each, { state: answer, at: "done" });
      else goTo(each, answer);
    } catch {
      delete each.token;
      each.failures += 1;
      const { tries, backOffMs, next } = POLICY[name];
      const over = each.failures > tries;
      const rotates = name === "mint" && Date.parse(each.state.endsAt ?? "") > this.now();
      each.at = over ? (rotates ? "backOff" : next) : name;
      each.until =
        this.now() +
        (over ? (rotates ? ROTATION_BACK_OFF_MS : backOffMs) : 2_000 * 2 ** Math.min(each.failures - 1, 6));
      if (over) each.failures = 0;
    }
    return true;
  }
}

const waitOf = ({ until }: WorkflowState): number => (until === undefined ? 0 : Date.parse(until));

function goTo(each: Execution, state: WorkflowState): true {
  Object.assign(each, { state, at: state.next, until: state.next.startsWith("wait") ? waitOf(state) : 0 });
  return true;
}
