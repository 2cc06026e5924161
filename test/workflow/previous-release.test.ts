import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nextInWorkflow } from "../../functions/core/grant/schedule.ts";
import * as x from "../core/grant/example.ts";
import { interpret, TaskError } from "./interpret.ts";
import type { Machine } from "./machine.ts";

/** The machine that executions still run which the release before rotation started. */
const previous: Machine = JSON.parse(
  readFileSync(join(import.meta.dirname, "previous-release.asl.json"), "utf8"),
);
const HUB = "What comes next";
const input = { schema: 1, grantId: x.active().grant.id, next: "mint" };
const long = () => x.active({ windowSeconds: 10_800 }, "2026-11-21T10:15:00.000Z").grant;
const over = { schema: 1, grantId: input.grantId, next: "over" };

describe("an execution of the previous release, with the functions of this one (I-35)", () => {
  it("ends a window of up to an hour as it always did (F-33)", async () => {
    const run = await interpret(previous, input, ({ state }) =>
      state === "Mint credentials" ? nextInWorkflow(x.active().grant, x.T0) : over,
    );
    expect(run.entered).toEqual([HUB, "Mint credentials", HUB, "Wait to end", "End access"]);
  });
  it("renews the session of a longer one: the answer is a wait that it knows", async () => {
    const answers = [nextInWorkflow(long(), x.T0), nextInWorkflow(x.active().grant, x.T0)];
    const run = await interpret(previous, input, ({ state, visit }) =>
      state === "Mint credentials" ? answers[visit - 1] : over,
    );
    expect(run.entered).toEqual([
      ...[HUB, "Mint credentials", HUB, "Wait to mint", "Mint credentials"],
      ...[HUB, "Wait to end", "End access"],
    ]);
  });
  it("that cannot renew goes to the end of access, which does not end what works: sweep starts another", async () => {
    let ends = 0;
    const run = await interpret(previous, input, ({ state, visit }) => {
      if (state === "Mint credentials" && visit === 1) return nextInWorkflow(long(), x.T0);
      if (state === "Mint credentials") throw new TaskError("States.Timeout");
      ends += 1;
      if (ends < 3) throw new TaskError("the timer was early");
      return over;
    });
    expect(run.status).toBe("SUCCEEDED");
    expect(run.entered.filter((name) => name === "End access")).toHaveLength(3);
  });
});
