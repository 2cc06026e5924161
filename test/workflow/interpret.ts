import jsonata from "jsonata";
import { expressionIn, type Machine, type Retrier, type State, type Task } from "./machine.ts";

/** One call of a task's function. A stub answers with the function's result, or throws a TaskError. */
export type TaskCall = { state: string; payload: Record<string, unknown>; visit: number };
export type Stub = (call: TaskCall) => unknown;

/** An error as Step Functions names it. */
export class TaskError extends Error {
  readonly code: string;
  readonly why: string;
  constructor(code: string, why = "") {
    super(code);
    this.code = code;
    this.why = why;
  }
}

export type Run = {
  status: "SUCCEEDED" | "FAILED" | "STOPPED";
  error?: string;
  cause?: string;
  output: unknown;
  entered: string[];
  calls: TaskCall[];
  waits: { state: string; until?: string; seconds?: number }[];
  /** What each state was given and what it gave: all that a history would show. */
  history: unknown[];
};

const MAX_STATES = 100;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Virtual time, where it matters: without it waits are over at once and nothing is tried again. */
export type Timing = {
  now(): number;
  until(at: number): Promise<void>;
  /** How far its clock is behind: a time of day comes so much later. A span of time is as long as ever. */
  readonly behindMs: number;
  /** A part of a back-off, by its jitter: between 0 and 1. */
  jitter(): number;
  /** A task token that nobody had before. */
  token(): string;
};
/** So many states in virtual time: a history ends at 25,000 events. */
const MAX_STATES_IN_TIME = 3_000;

const compiled = new Map<string, ReturnType<typeof jsonata>>();
function expressionOf(text: string): ReturnType<typeof jsonata> {
  const known = compiled.get(text) ?? jsonata(text);
  compiled.set(text, known);
  return known;
}

type Scope = { input: unknown; result?: unknown; errorOutput?: unknown; context: unknown; now?: number };

/** Fills in a template. An expression without a value is an error, as in Step Functions: JSON has no undefined. */
async function fill(template: unknown, scope: Scope): Promise<unknown> {
  if (Array.isArray(template)) return Promise.all(template.map((part) => fill(part, scope)));
  if (typeof template === "object" && template !== null) {
    const parts = Object.entries(template).map(async ([key, part]) => [key, await fill(part, scope)]);
    return Object.fromEntries(await Promise.all(parts));
  }
  const expression = typeof template === "string" ? expressionIn(template) : undefined;
  if (expression === undefined) return template;
  let value: unknown;
  try {
    const millis = scope.now === undefined ? {} : { millis: () => scope.now };
    value = await expressionOf(expression).evaluate(undefined, { states: scope, ...millis });
  } catch {
    throw new TaskError("States.QueryEvaluationError");
  }
  if (value === undefined) throw new TaskError("States.QueryEvaluationError");
  return JSON.parse(JSON.stringify(value));
}

/** States.ALL is any error but the two that nothing catches; States.TaskFailed any but a timeout. */
function caughtBy(names: readonly string[], code: string): boolean {
  if (names.includes(code)) return true;
  if (names.includes("States.ALL")) return !["States.Runtime", "States.DataLimitExceeded"].includes(code);
  return names.includes("States.TaskFailed") && !code.startsWith("States.");
}

/** A task's answer, or its timeout when that comes first. What the task does later is not heard. */
async function within(timing: Timing | undefined, seconds: unknown, work: unknown): Promise<unknown> {
  if (!timing || typeof seconds !== "number") return work;
  const tooLong = timing.until(timing.now() + seconds * 1000).then(() => {
    throw new TaskError("States.Timeout");
  });
  tooLong.catch(() => undefined);
  return Promise.race([work, tooLong]);
}

type Moved = { next: string | undefined; output: unknown };

/**
 * Runs a machine of ours without Step Functions: the JSON file as it is, and tasks stubbed. Without `timing` waits are over
 * at once and there are no retries (a stub's error is one that outlasted them); with it, waits, retries, back-offs and
 * timeouts are as the file says. Knows the states that the file has and no more.
 */
export async function interpret(
  machine: Machine,
  input: unknown,
  tasks: Stub,
  timing?: Timing,
): Promise<Run> {
  const run: Run = { status: "SUCCEEDED", output: input, entered: [], calls: [], waits: [], history: [] };
  const visits = new Map<string, number>();

  /** One try of a task, cut off by its timeout. */
  const oneTry = async (name: string, state: Task, scope: Scope): Promise<Moved> => {
    const token = timing?.token() ?? `task-token-${run.entered.length}`;
    const context = { ...(scope.context as object), Task: { Token: token } };
    const waits = state.Resource.endsWith(".waitForTaskToken");
    const given = (await fill(state.Arguments, waits ? { ...scope, context } : scope)) as Task["Arguments"];
    const call = { state: name, payload: given.Payload, visit: visits.get(name) ?? 1 };
    run.calls.push(call);
    const answer = await within(timing, state.TimeoutSeconds, tasks(call));
    const result = waits ? answer : { Payload: answer, StatusCode: 200, ExecutedVersion: "1" };
    const output = state.Output === undefined ? result : await fill(state.Output, { ...scope, result });
    return { next: state.End ? undefined : state.Next, output };
  };

  const task = async (name: string, state: Task, scope: Scope): Promise<Moved> => {
    const tried = new Map<Retrier, number>();
    for (;;) {
      try {
        return await oneTry(name, state, scope);
      } catch (error) {
        if (!(error instanceof TaskError)) throw error;
        const { code } = error;
        const retrier = timing && state.Retry?.find(({ ErrorEquals }) => caughtBy(ErrorEquals, code));
        const before = retrier ? (tried.get(retrier) ?? 0) : 0;
        if (!timing || !retrier || before >= retrier.MaxAttempts) return caught(state, scope, error);
        tried.set(retrier, before + 1);
        const backOff = retrier.IntervalSeconds * retrier.BackoffRate ** before;
        const seconds = Math.min(backOff, retrier.MaxDelaySeconds ?? backOff);
        await timing.until(timing.now() + seconds * 1000 * (retrier.JitterStrategy ? timing.jitter() : 1));
      }
    }
  };

  const caught = async (state: Task, given: Scope, error: TaskError): Promise<Moved> => {
    const scope = timing ? { ...given, now: timing.now() - timing.behindMs } : given;
    const catcher = state.Catch?.find(({ ErrorEquals }) => caughtBy(ErrorEquals, error.code));
    if (!catcher) throw error;
    const errorOutput = { Error: error.code, Cause: error.why };
    const output =
      catcher.Output === undefined ? errorOutput : await fill(catcher.Output, { ...scope, errorOutput });
    return { next: catcher.Next, output };
  };

  const move = async (name: string, state: State, scope: Scope): Promise<Moved> => {
    const { input: output } = scope;
    switch (state.Type) {
      case "Task":
        return task(name, state, scope);
      case "Choice": {
        for (const choice of state.Choices) {
          const holds = await fill(choice.Condition, scope);
          if (typeof holds !== "boolean") throw new TaskError("States.QueryEvaluationError");
          if (holds) return { next: choice.Next, output };
        }
        if (state.Default === undefined) throw new TaskError("States.NoChoiceMatched");
        return { next: state.Default, output };
      }
      case "Wait": {
        const { seconds, until } = (await fill(
          { seconds: state.Seconds, until: state.Timestamp },
          scope,
        )) as {
          seconds?: unknown;
          until?: unknown;
        };
        const good =
          typeof seconds === "number" ? seconds >= 0 : typeof until === "string" && RFC3339.test(until);
        if (!good) throw new TaskError("States.QueryEvaluationError");
        run.waits.push({
          state: name,
          ...(seconds === undefined ? { until: until as string } : { seconds: seconds as number }),
        });
        if (timing)
          await timing.until(
            until === undefined
              ? timing.now() + Number(seconds) * 1000
              : Date.parse(String(until)) + timing.behindMs,
          );
        return { next: state.Next, output };
      }
      case "Succeed":
        return { next: undefined, output };
      case "Fail": {
        const said = (await fill({ code: state.Error, why: state.Cause }, scope)) as Record<string, string>;
        throw new TaskError(String(said.code), String(said.why));
      }
    }
  };

  let current: string | undefined = machine.StartAt;
  while (current !== undefined) {
    const name: string = current;
    const state = machine.States[name];
    if (!state) throw new Error(`no state ${name}`);
    if (run.entered.length >= (timing ? MAX_STATES_IN_TIME : MAX_STATES))
      return { ...run, status: "STOPPED" };
    run.entered.push(name);
    visits.set(name, (visits.get(name) ?? 0) + 1);
    const context = {
      Execution: { Id: "arn:execution", Name: "execution", Input: input },
      State: { Name: name, RetryCount: 0 },
    };
    run.history.push(run.output);
    try {
      const scope = {
        input: run.output,
        context,
        ...(timing ? { now: timing.now() - timing.behindMs } : {}),
      };
      const moved = await move(name, state, scope);
      run.output = moved.output;
      run.history.push(moved.output);
      current = moved.next;
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      return { ...run, status: "FAILED", error: error.code, ...(error.why ? { cause: error.why } : {}) };
    }
  }
  return run;
}
