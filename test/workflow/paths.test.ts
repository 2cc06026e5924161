import { describe, expect, it } from "vitest";
import { askInput, grantInput, workflowState } from "../../functions/core/grant/schedule.ts";
import { interpret, type Run, type Stub, TaskError } from "./interpret.ts";
import { machine } from "./machine.ts";

const GRANT = "k7m2qx4zabcd2345";
const state = (next: string, more = {}) => ({ schema: 1, grantId: GRANT, next, ...more });
const ask = (stage: number) => state("ask", { stage });
const toStart = state("waitToMint", { until: "2026-11-21T10:00:00.000Z" });
const toEnd = state("waitToEnd", { until: "2026-11-21T10:30:00.000Z" });
const toRotation = state("waitToMint", { until: "2026-11-21T10:15:00.000Z", endsAt: "2999-01-01T00:00:00Z" });
const toPerform = state("perform", { action: "start-tuning", until: "2026-11-21T10:30:00.000Z" });
const over = state("over");

/** Answers of each task in order; a text is an error's name. */
type Script = Partial<
  Record<"Ask approvers" | "Mint credentials" | "Perform action" | "End access", unknown[]>
>;

function stubs(script: Script): Stub {
  return ({ state: name, visit }) => {
    const answer = script[name as keyof Script]?.[visit - 1];
    if (answer === undefined) throw new Error(`${name} has no answer ${visit}`);
    if (typeof answer === "string") throw new TaskError(answer);
    return answer;
  };
}

const HUB = "What comes next";
const auto: Script = { "Mint credentials": [toEnd], "End access": [over] };

type Path = { rule: string; input: unknown; script: Script; entered: string[]; most?: number };
const paths: Path[] = [
  {
    rule: "an automatic yes: five states, at most six",
    input: state("mint"),
    script: auto,
    entered: [HUB, "Mint credentials", HUB, "Wait to end", "End access"],
    most: 6,
  },
  {
    rule: "an automatic yes for later: six",
    input: toStart,
    script: auto,
    entered: [HUB, "Wait to mint", "Mint credentials", HUB, "Wait to end", "End access"],
    most: 6,
  },
  {
    rule: "an action that Latchkey performs: then it waits for the permit's end",
    input: toPerform,
    script: { ...auto, "Perform action": [toEnd] },
    entered: [HUB, "Perform action", HUB, "Wait to end", "End access"],
  },
  {
    rule: "an action whose performing failed to the last: the permit's end says what nobody knows",
    input: toPerform,
    script: { ...auto, "Perform action": Array.from({ length: 7 }, () => "Lambda.Unknown") },
    entered: [HUB, "Perform action", HUB, "Wait to end", "End access"],
  },
  {
    rule: "an action without its type's name is not performed",
    input: state("perform"),
    script: auto,
    entered: [HUB, "End access"],
  },
  {
    rule: "one stage: at most eight",
    input: ask(1),
    script: { ...auto, "Ask approvers": [state("mint")] },
    entered: [HUB, "Ask approvers", HUB, "Mint credentials", HUB, "Wait to end", "End access"],
    most: 8,
  },
  {
    rule: "one stage and a later start: at most eight",
    input: ask(1),
    script: { ...auto, "Ask approvers": [toStart] },
    entered: [
      HUB,
      "Ask approvers",
      HUB,
      "Wait to mint",
      "Mint credentials",
      HUB,
      "Wait to end",
      "End access",
    ],
    most: 8,
  },
  {
    rule: "two stages and a later start: at most ten",
    input: ask(1),
    script: { ...auto, "Ask approvers": [ask(2), toStart] },
    entered: [
      HUB,
      "Ask approvers",
      HUB,
      "Ask approvers",
      HUB,
      "Wait to mint",
      "Mint credentials",
      HUB,
      "Wait to end",
      "End access",
    ],
    most: 10,
  },
  {
    rule: "a no of people: nothing is minted",
    input: ask(1),
    script: { "Ask approvers": [over] },
    entered: [HUB, "Ask approvers", HUB, "Grant is over"],
  },
  {
    rule: "policy that says no at the last moment: nothing is minted",
    input: state("mint"),
    script: { "Mint credentials": [over] },
    entered: [HUB, "Mint credentials", HUB, "Grant is over"],
  },
  {
    rule: "nobody answers in 26 hours: the end makes sure (I-20)",
    input: ask(1),
    script: { "Ask approvers": ["States.Timeout"], "End access": [over] },
    entered: [HUB, "Ask approvers", "End access"],
  },
  {
    rule: "mails fail for long: it is asked again (I-22)",
    input: ask(1),
    script: { ...auto, "Ask approvers": ["Lambda.Unknown", "MailError", state("mint")] },
    entered: [
      HUB,
      "Ask approvers",
      "Back off asking",
      "Ask approvers",
      "Back off asking",
      "Ask approvers",
      HUB,
      "Mint credentials",
      HUB,
      "Wait to end",
      "End access",
    ],
  },
  {
    rule: "minting fails for good: access is ended, for a session may exist (I-40)",
    input: state("mint"),
    script: { "Mint credentials": ["States.Timeout"], "End access": [over] },
    entered: [HUB, "Mint credentials", HUB, "End access"],
  },
  {
    rule: "a window of three hours: three states more for each rotation",
    input: state("mint"),
    script: { "Mint credentials": [toRotation, toRotation, toEnd], "End access": [over] },
    entered: [
      ...[HUB, "Mint credentials"],
      ...[HUB, "Wait to mint", "Mint credentials"],
      ...[HUB, "Wait to mint", "Mint credentials"],
      ...[HUB, "Wait to end", "End access"],
    ],
    most: 11,
  },
  {
    rule: "a rotation fails for good: the session before works on, and the next is tried again until the window's end",
    input: state("mint"),
    script: {
      "Mint credentials": [toRotation, "States.Timeout", "Lambda.Unknown", toEnd],
      "End access": [over],
    },
    entered: [
      ...[HUB, "Mint credentials", HUB, "Wait to mint", "Mint credentials"],
      ...[HUB, "Back off minting", "Mint credentials"],
      ...[HUB, "Back off minting", "Mint credentials", HUB, "Wait to end", "End access"],
    ],
  },
  {
    rule: "a rotation fails when the window is over: access is ended",
    input: state("mint"),
    script: {
      "Mint credentials": [{ ...toRotation, endsAt: "2020-01-01T00:00:00Z" }, "States.Timeout"],
      "End access": [over],
    },
    entered: [HUB, "Mint credentials", HUB, "Wait to mint", "Mint credentials", HUB, "End access"],
  },
  {
    rule: "another run holds the claim: its lease is waited for (I-02)",
    input: state("mint"),
    script: { "Mint credentials": [toStart, toEnd], "End access": [over] },
    entered: [
      HUB,
      "Mint credentials",
      HUB,
      "Wait to mint",
      "Mint credentials",
      HUB,
      "Wait to end",
      "End access",
    ],
  },
  {
    rule: "a session that is thrown away is ended",
    input: state("mint"),
    script: { "Mint credentials": [state("end")], "End access": [toEnd] },
    entered: [HUB, "Mint credentials", HUB, "End access"],
  },
  {
    rule: "ending never gives up (I-25)",
    input: state("mint"),
    script: { ...auto, "End access": ["Any", "States.Timeout", "Lambda.TooManyRequestsException", over] },
    entered: [
      HUB,
      "Mint credentials",
      HUB,
      "Wait to end",
      "End access",
      "Back off",
      "End access",
      "Back off",
      "End access",
      "Back off",
      "End access",
    ],
  },
];

const runOf = (path: Pick<Path, "input" | "script">): Promise<Run> =>
  interpret(machine, path.input, stubs(path.script));

describe.each(paths)("$rule", (path) => {
  it("goes through these states, and succeeds", async () => {
    const run = await runOf(path);
    expect(run.entered).toEqual(path.entered);
    expect(run.status).toBe("SUCCEEDED");
    expect(run.entered.length).toBeLessThanOrEqual(path.most ?? run.entered.length);
  });

  it("gives each function what its schema says, and gets what the next one reads", async () => {
    const run = await runOf(path);
    for (const { state: name, payload } of run.calls) {
      const schema = name === "Ask approvers" ? askInput : grantInput;
      expect(schema.parse(payload)).toEqual(payload);
      expect(payload.grantId).toBe(GRANT);
    }
    for (const passed of run.history) expect(workflowState.parse(passed)).toEqual(passed);
  });

  it("shows no task token in what passes from state to state (I-09)", async () => {
    const run = await runOf(path);
    expect(JSON.stringify([run.history, run.output, run.waits])).not.toMatch(/token/i);
    const tokens = run.calls.flatMap(({ payload }) => (payload.taskToken ? [payload.taskToken] : []));
    expect(new Set(tokens).size).toBe(run.calls.filter(({ state: name }) => name === "Ask approvers").length);
  });
});

describe("an answer that nobody should have given", () => {
  const answering = async (answer: unknown) =>
    await interpret(machine, state("mint"), stubs({ "Mint credentials": [answer], "End access": [over] }));

  it.each([
    over,
    state("tidy up"),
    {},
    null,
    [],
    7,
    state("ask"),
    { next: 1 },
    { next: null },
    { next: ["end"] },
  ])("%j ends the workflow, without an error", async (answer) => {
    const run = await answering(answer);
    expect(run.status).toBe("SUCCEEDED");
    expect(["Grant is over", "End access"]).toContain(run.entered.at(-1));
  });

  it.each([state("waitToEnd"), state("waitToMint"), { next: "waitToEnd" }])(
    "%j, a wait without its time, ends access: a session may exist",
    async (answer) => {
      const run = await answering(answer);
      expect(run.entered.at(-1)).toBe("End access");
      expect(run.status).toBe("SUCCEEDED");
    },
  );

  it("does not make another grant of it", async () => {
    const run = await answering({ schema: 9, grantId: "aaaaaaaaaaaaaaaa", next: "end" });
    expect(run.calls.map(({ payload }) => payload)).toEqual([
      { schema: 1, grantId: GRANT },
      { schema: 1, grantId: GRANT },
    ]);
  });

  it("does not loop when the stage to ask is missing", async () => {
    const run = await interpret(machine, state("ask"), stubs({ "End access": [over] }));
    expect(run.status).toBe("SUCCEEDED");
    expect(run.calls.length).toBeLessThanOrEqual(1);
  });
});

describe("a wait whose time has come already by the machine's clock (I-43)", () => {
  it("takes five seconds: a function whose clock is behind is not asked again and again", async () => {
    let now = Date.parse("2026-11-21T10:00:00.000Z");
    const until = async (at: number) => {
      now = Math.max(now, at);
    };
    const timing = { now: () => now, until, behindMs: -300_000, jitter: () => 1, token: () => "task-token" };
    const notYet = Array.from({ length: 9 }, () => toStart);
    const script = { "Mint credentials": [...notYet, toEnd], "End access": [over] };
    const run = await interpret(machine, toStart, stubs(script), timing);
    expect(run.status).toBe("SUCCEEDED");
    // The machine says 10:05 when the function says 10:00.
    const ends = run.waits.slice(0, 10).map(({ until: end }) => Date.parse(end ?? ""));
    expect(ends[0]).toBe(Date.parse("2026-11-21T10:05:05.000Z"));
    for (const [index, end] of ends.slice(1).entries())
      expect(end).toBeGreaterThanOrEqual((ends[index] ?? 0) + 5_000);
  });
});
