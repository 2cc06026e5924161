import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpret, type TaskCall, TaskError } from "./interpret.ts";
import { machine } from "./machine.ts";

const GRANT = "k7m2qx4zabcd2345";
const state = (next: string, more = {}) => ({ schema: 1, grantId: GRANT, next, ...more });
const until = { until: "2026-11-21T10:30:00.000Z" };

/** What a run of the minter did to the world, and what it said of it. */
const mints = [
  "minted",
  "minted, then died",
  "claimed, then died",
  "found a claim",
  "discarded",
  "refused",
  "renewable",
  "renewal failed",
] as const;
type Mint = (typeof mints)[number];
const asks = ["approved", "next stage", "for later", "closed", "mail failed", "timed out"] as const;
type Ask = (typeof asks)[number];
type Script = { asks: Ask[]; mints: Mint[]; endFails: number; start: string };

/** A world that answers by script, and knows whether a session may be alive that nobody has ended. */
function worldOf({ asks: asked, mints: minted, endFails }: Script) {
  const world = { mayLive: false, ended: 0, failures: endFails };
  const answerAsk = (what: Ask | undefined, stage: number) => {
    if (what === "mail failed") throw new TaskError("MailError");
    if (what === "timed out") throw new TaskError("States.Timeout");
    if (what === "next stage") return state("ask", { stage: stage + 1 });
    if (what === "for later") return state("waitToMint", until);
    return state(what === "approved" ? "mint" : "over");
  };
  const answerMint = (what: Mint | undefined) => {
    if (what !== "refused" && what !== "found a claim") world.mayLive = true;
    if (what === "minted, then died" || what === "claimed, then died") throw new TaskError("States.Timeout");
    if (what === "found a claim") return state("waitToMint", until);
    if (what === "renewable") return state("waitToMint", { ...until, endsAt: "2999-01-01T00:00:00Z" });
    if (what === "renewal failed") throw new TaskError("Lambda.Unknown");
    if (what === "discarded") return state("end");
    // The minter says "over" only of a grant that the table has closed: denied, failed, or stopped with its deny.
    if (what === "refused") world.mayLive = false;
    return what === "refused" ? state("over") : state("waitToEnd", until);
  };
  const stub = ({ state: name, visit, payload }: TaskCall) => {
    if (name === "Ask approvers") return answerAsk(asked[visit - 1], payload.stage as number);
    if (name === "Mint credentials") return answerMint(minted[visit - 1] ?? "minted");
    world.failures -= 1;
    if (world.failures >= 0) throw new TaskError("Any");
    world.mayLive = false;
    world.ended += 1;
    return state("over");
  };
  return { world, stub };
}

const scripts = fc.record({
  asks: fc.array(fc.constantFrom(...asks), { maxLength: 6 }),
  mints: fc.array(fc.constantFrom(...mints), { maxLength: 4 }),
  endFails: fc.nat(4),
  start: fc.constantFrom("ask", "mint", "waitToMint"),
});
const inputOf = (start: string) =>
  start === "ask" ? state(start, { stage: 1 }) : start === "mint" ? state(start) : state(start, until);

describe("whatever the functions do", () => {
  it("a workflow that may have minted does not end before access has ended (I-17, I-40)", async () => {
    await fc.assert(
      fc.asyncProperty(scripts, async (script) => {
        const { world, stub } = worldOf(script);
        const run = await interpret(machine, inputOf(script.start), stub);
        expect(run.status).toBe("SUCCEEDED");
        expect(world.mayLive).toBe(false);
        expect(run.entered.filter((name) => name === "End access").length).toBe(
          world.ended === 0 ? 0 : Math.max(0, script.endFails) + 1,
        );
      }),
      { numRuns: 60 },
    );
  });

  it("nothing is minted before the people who are asked have answered (I-13)", async () => {
    await fc.assert(
      fc.asyncProperty(scripts, async (script) => {
        const run = await interpret(machine, inputOf("ask"), worldOf(script).stub);
        const mint = run.calls.findIndex(({ state: name }) => name === "Mint credentials");
        const answers = run.calls.slice(0, Math.max(mint, 0)).length;
        if (mint < 0) return;
        expect(["approved", "for later"]).toContain(script.asks[answers - 1]);
      }),
      { numRuns: 60 },
    );
  });

  it("no wait and no state is unknown to the history, and none goes on for ever (I-42)", async () => {
    await fc.assert(
      fc.asyncProperty(scripts, async (script) => {
        const run = await interpret(machine, inputOf(script.start), worldOf(script).stub);
        expect(run.entered.length).toBeLessThan(60);
        for (const wait of run.waits) expect(wait.until ?? wait.seconds).toBeDefined();
      }),
      { numRuns: 40 },
    );
  });
});
