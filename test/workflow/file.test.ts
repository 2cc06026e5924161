import validate from "asl-validator";
import jsonata from "jsonata";
import { describe, expect, it } from "vitest";
import { expressionsIn, machine, nextsOf, reachable, states, statesOf } from "./machine.ts";

const tasks = statesOf("Task");

describe("the workflow's file", () => {
  it("is valid Amazon States Language", () => {
    const { isValid, errorsText } = validate(machine);
    expect(isValid ? "" : errorsText()).toBe("");
    expect(machine.QueryLanguage).toBe("JSONata");
  });

  it("has no state that is out of reach, and names none that is not there", () => {
    expect([...reachable(machine.StartAt)].sort()).toEqual(states.map(([name]) => name).sort());
    for (const [, state] of states)
      for (const next of nextsOf(state)) expect(machine.States).toHaveProperty([next]);
  });

  it("can come to an end from every state (I-42)", () => {
    const ends = states.filter(
      ([, state]) => state.Type === "Succeed" || (state.Type === "Task" && state.End),
    );
    for (const [name] of states) expect(ends.some(([end]) => reachable(name).has(end))).toBe(true);
  });

  it.each(states.map(([name, state]) => ({ name, state })))(
    "says why there is a state $name",
    ({ state }) => {
      expect(state.Comment?.length).toBeGreaterThan(20);
    },
  );

  it("calls functions and nothing else: each right is a function's own", () => {
    for (const [name, task] of tasks) {
      expect(task.Resource).toMatch(/^arn:aws:states:::lambda:invoke(\.waitForTaskToken)?$/);
      // One function for each action type: whichever it is, its name begins as only theirs do.
      if (name === "Perform action")
        expect(expressionsIn(task.Arguments.FunctionName)).toEqual([
          `'$\{PerformPrefix}' & $states.input.action & ':live'`,
        ]);
      else expect(task.Arguments.FunctionName).toMatch(/^\$\{[A-Za-z]+\}$/);
    }
  });

  it.each(tasks.map(([name, task]) => ({ name, task })))(
    "$name has a timeout, a retry with jitter and a catch of all (I-40)",
    ({ task }) => {
      expect(typeof task.TimeoutSeconds).toBe("number");
      expect(task.TimeoutSeconds).toBeGreaterThan(0);
      expect(task.Retry?.length).toBeGreaterThan(0);
      for (const retry of task.Retry ?? []) {
        expect(retry).toMatchObject({ JitterStrategy: "FULL", MaxDelaySeconds: expect.any(Number) });
        expect(retry.MaxAttempts).toBeGreaterThan(0);
        expect(retry.MaxAttempts).toBeLessThan(20);
      }
      expect(task.Catch?.at(-1)?.ErrorEquals).toEqual(["States.ALL"]);
    },
  );

  it("waits for people longer than the longest deadline that a rule may give a stage, and for nobody for ever (I-20)", () => {
    const asks = tasks.filter(([, task]) => task.Resource.endsWith("waitForTaskToken"));
    expect(asks.map(([name]) => name)).toEqual(["Ask approvers"]);
    for (const [, task] of asks) expect(task.TimeoutSeconds).toBeGreaterThan(7 * 86_400);
  });

  it("has a bound on every wait (I-20, I-40)", () => {
    for (const [, wait] of statesOf("Wait")) {
      expect([wait.Seconds, wait.Timestamp].filter((bound) => bound !== undefined).length).toBe(1);
      if (wait.Seconds !== undefined) expect(wait.Seconds).toBeLessThanOrEqual(600);
    }
  });

  it("backs off End access so slowly that a history of 25,000 events lasts a week", () => {
    const task = machine.States["End access"];
    if (task?.Type !== "Task") throw new Error("End access is a task");
    const [retry] = task.Retry ?? [];
    const waits = Array.from({ length: retry?.MaxAttempts ?? 0 }, (_, index) =>
      Math.min(
        (retry?.IntervalSeconds ?? 0) * (retry?.BackoffRate ?? 0) ** index,
        retry?.MaxDelaySeconds ?? 0,
      ),
    );
    // Full jitter halves the retries' waits on average; a try costs three events, a state two more.
    const seconds = 600 + waits.reduce((sum, wait) => sum + wait / 2, 0);
    const events = 3 * (waits.length + 1) + 4;
    expect((25_000 / events) * seconds).toBeGreaterThan(7 * 86_400);
  });

  it("never leaves minting but by the hub", () => {
    const mint = machine.States["Mint credentials"];
    expect(mint && nextsOf(mint)).toEqual(["What comes next", "What comes next"]);
    expect(nextsOf(machine.States["Back off minting"] as never)).toEqual(["Mint credentials"]);
    expect(nextsOf(machine.States["Wait to end"] as never)).toEqual(["End access"]);
    expect(nextsOf(machine.States["End access"] as never)).toEqual(["Back off"]);
    expect(nextsOf(machine.States["Back off"] as never)).toEqual(["End access"]);
  });

  it("parses in all its expressions (I-40)", () => {
    const expressions = states.flatMap(([, state]) => expressionsIn(state));
    expect(expressions.length).toBeGreaterThan(15);
    for (const expression of expressions) expect(() => jsonata(expression)).not.toThrow();
  });

  it("reads the grant from the execution's own input, never from what a function answered", () => {
    for (const [, task] of tasks) {
      expect(task.Arguments.Payload.grantId).toBe("{% $states.context.Execution.Input.grantId %}");
      expect(task.Arguments.Payload.schema).toBe("{% $states.context.Execution.Input.schema %}");
    }
  });

  it("hands the task token to Ask approvers and to nobody else (I-09)", () => {
    for (const [name, state] of states) {
      const token = expressionsIn(state).filter((expression) => /token/i.test(expression));
      expect(token).toEqual(name === "Ask approvers" ? ["$states.context.Task.Token"] : []);
    }
  });
});
