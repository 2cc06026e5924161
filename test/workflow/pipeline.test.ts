import validate from "asl-validator";
import fc from "fast-check";
import jsonata from "jsonata";
import { describe, expect, it } from "vitest";
import { DeniedError, LatchkeyError } from "../../client/errors.ts";
import { ask } from "../../docs/examples/step-functions/functions/ask.ts";
import { getAccess } from "../../docs/examples/step-functions/functions/get-access.ts";
import { settle } from "../../docs/examples/step-functions/functions/settle.ts";
import { TaskError } from "./interpret.ts";
import { expressionsIn, nextsOf, reachable, type Task } from "./machine.ts";
import { pipeline, pipelineWorld, viewOf } from "./pipeline-world.ts";

const states = Object.entries(pipeline.States);
const tasks = states.filter((entry): entry is [string, Task] => entry[1].Type === "Task");
const trained = async () => ({ trained: { objects: 3 } });

describe("the example pipeline's file", () => {
  it("is valid Amazon States Language, of which every state is within reach and says why it is there", () => {
    const { isValid, errorsText } = validate(pipeline);
    expect(isValid ? "" : errorsText()).toBe("");
    expect([...reachable(pipeline.StartAt, pipeline)].sort()).toEqual(states.map(([name]) => name).sort());
    for (const [name, { Comment = "" }] of states) expect(Comment.length, name).toBeGreaterThan(20);
  });

  it.each(tasks)("%s has a timeout, a retry with jitter and a catch of all (I-40)", (_name, task) => {
    expect(task.TimeoutSeconds).toBeGreaterThan(0);
    for (const retry of task.Retry ?? [])
      expect(retry).toMatchObject({ JitterStrategy: "FULL", MaxDelaySeconds: expect.any(Number) });
    expect(task.Retry?.at(-1)?.ErrorEquals).toEqual(["States.ALL"]);
    expect(task.Catch?.at(-1)?.ErrorEquals).toEqual(["States.ALL"]);
  });

  it("waits longer than the longest deadline that a rule may give people, and not for ever (I-20)", () => {
    const wait = pipeline.States["Get access"] as Task;
    const looks = wait.Retry?.find(({ ErrorEquals }) => ErrorEquals.includes("States.Timeout"));
    const seconds = Number(wait.TimeoutSeconds) * (1 + (looks?.MaxAttempts ?? 0));
    expect(seconds).toBeGreaterThan(7 * 86_400 + 900);
    // Who waits is known as long: see the table's time to live.
    expect(seconds).toBeLessThan(9 * 86_400);
  });

  it("gives access back on every way out of what comes after a grant", () => {
    for (const name of ["Get access", "Train"])
      for (const next of nextsOf(pipeline.States[name] as Task))
        expect(["Train", "Give access back"]).toContain(next);
  });

  it("parses in all its expressions, and hands the task token to one function alone (I-09)", () => {
    for (const [name, state] of states) {
      for (const expression of expressionsIn(state)) expect(() => jsonata(expression)).not.toThrow();
      const tokens = expressionsIn(state).filter((expression) => /token/i.test(expression));
      expect(tokens).toEqual(name === "Get access" ? ["$states.context.Task.Token"] : []);
    }
  });
});

describe("a run of the example pipeline", () => {
  it("goes on without an event where the yes is there at once", async () => {
    const world = pipelineWorld();
    world.is("ACTIVE");
    const run = await world.run(trained);
    expect(run).toMatchObject({ status: "SUCCEEDED", output: { trained: { objects: 3 } } });
    expect(world.released()).toBe(1);
    expect(world.waiting.kept.size).toBe(0);
  });

  it.each([
    ["a yes", "ACTIVE", "SUCCEEDED", undefined],
    ["a no", "REJECTED", "FAILED", "Latchkey.rejected"],
    ["a deadline", "EXPIRED", "FAILED", "Latchkey.over"],
    ["a lockdown", "DENIED", "FAILED", "Latchkey.over"],
    ["a revoke", "REVOKING", "FAILED", "Latchkey.over"],
  ] as const)("waits for people, and is woken by the event of %s", async (_what, status, end, error) => {
    const world = pipelineWorld();
    world.is("PENDING");
    const running = world.run(trained);
    await expect.poll(() => world.waiting.kept.size).toBe(1);
    expect(await world.event()).toBe("not decided");
    world.is(status);
    expect(await world.event()).toBe("answered");
    const run = await running;
    expect(run).toMatchObject({
      status: end,
      ...(error ? { error, cause: expect.stringMatching(/^\S+ .+\.$/) } : {}),
    });
    expect(world.released()).toBe(1);
    expect(await world.event()).toBe("nobody waits");
  });

  it.each([
    [
      "says why it failed",
      async () => ({ failure: { error: "Latchkey.over", cause: "Revoked." } }),
      "Latchkey.over",
    ],
    ["dies", () => Promise.reject(new TaskError("States.Timeout", "330 s")), "States.Timeout"],
  ])("gives access back where training %s, and then fails with its reason", async (_what, train, error) => {
    const world = pipelineWorld();
    world.is("ACTIVE");
    const run = await world.run(train);
    expect(run.entered.slice(-4)).toEqual(["Train", "Give access back", "Did it work?", "Failed"]);
    expect(run).toMatchObject({ status: "FAILED", error });
    expect(world.released()).toBe(1);
  });

  it("fails with every reason and what would pass instead where policy says no", async () => {
    const world = pipelineWorld();
    const no = new DeniedError("Policy denies this.", {
      reasons: [{ id: "a", reason: "writing is never automatic" }],
      alternatives: [{ change: { access: "read" }, outcome: "allow" }] as never,
    });
    const run = await world.run(trained, () => Promise.reject(no));
    expect(run).toMatchObject({
      ...{ status: "FAILED", error: "Latchkey.denied" },
      cause: 'Policy denies this. Because writing is never automatic. It would pass with {"access":"read"}.',
    });
    expect(run.entered).toEqual(["Ask for access", "Was it asked?", "Failed"]);
  });
});

describe("asking", () => {
  it("I-38 has one idempotency key per execution, which fits a header whatever the execution is called", async () => {
    const world = pipelineWorld();
    const name = "Übung".repeat(16);
    const of = (execution: string) => ask(world.broker, { execution, name, ask: {} });
    const arn = `arn:aws:states:eu-west-1:000000000000:execution:training:${name}`;
    for (const execution of [arn, arn, `${arn}2`]) await of(execution);
    const [first, again, other] = world.asked.map(({ key }) => key);
    expect(first).toMatch(/^[\x21-\x7e]{1,128}$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(world.asked[0]?.body).toEqual({});
  });

  it("throws what may pass, for the task's Retry", async () => {
    const down = new LatchkeyError("unavailable", "The broker does not answer.");
    const broker = { ask: () => Promise.reject(down) };
    await expect(ask(broker, { execution: "arn", name: "n", ask: {} })).rejects.toBe(down);
  });
});

describe("waiting", () => {
  const wait = (attempt: number) => ({
    ...{ grantId: viewOf("PENDING").id, name: "run", taskToken: `token-${attempt}` },
    attempt,
  });

  it("lets no late run of an earlier try put its dead token in the place of the newer", async () => {
    const { deps, waiting, is } = pipelineWorld();
    is("PENDING");
    await getAccess(deps, wait(1));
    expect(await getAccess(deps, wait(0))).toBe("a later try waits");
    expect(waiting.kept.get(wait(1).grantId)?.taskToken).toBe("token-1");
  });

  it("keeps the token where the answer could not be given, so that a repeat gives it", async () => {
    const { deps, waiting, is, answers } = pipelineWorld();
    is("PENDING");
    await getAccess(deps, wait(0));
    is("ACTIVE");
    const broken = { ...deps, answer: () => Promise.reject(new Error("throttled")) };
    await expect(settle(broken, wait(0).grantId)).rejects.toThrow("throttled");
    expect(waiting.kept.size).toBe(1);
    await settle(deps, wait(0).grantId);
    expect(answers).toEqual([{ taskToken: "token-0", failure: undefined }]);
  });

  it("is answered, and rightly, in whatever order token, decision and events come, doubled or not", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.constantFrom("ACTIVE" as const, "REJECTED" as const, "DENIED" as const),
        fc.integer({ min: 1, max: 3 }),
        async (scheduler, decision, events) => {
          const world = pipelineWorld();
          world.is("PENDING");
          // Each step of the table and of the broker takes its turn when the schedule says.
          const { waiting, answer, open } = world.deps;
          const deps = {
            answer: scheduler.scheduleFunction(answer),
            waiting: {
              put: scheduler.scheduleFunction(waiting.put),
              read: scheduler.scheduleFunction(waiting.read),
              remove: scheduler.scheduleFunction(waiting.remove),
            },
            open: (name: string) => ({ grant: scheduler.scheduleFunction(open(name).grant) }),
          };
          const storing = getAccess(deps, wait(0));
          const deciding = scheduler.schedule(Promise.resolve()).then(async () => {
            world.is(decision);
            // The event comes after the move that it tells of.
            await Promise.all(Array.from({ length: events }, () => settle(deps, wait(0).grantId)));
          });
          await scheduler.waitFor(Promise.all([storing, deciding]));
          const said = new Set(world.answers.map(({ failure }) => failure?.error ?? "access"));
          const expected = { ACTIVE: "access", REJECTED: "Latchkey.rejected", DENIED: "Latchkey.over" };
          expect([...said]).toEqual([expected[decision]]);
          expect(world.waiting.kept.size).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
