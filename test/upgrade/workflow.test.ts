import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nextInWorkflow, type WorkflowState } from "../../functions/core/grant/schedule.ts";
import { epochMs, isoSeconds } from "../../functions/core/time.ts";
import { massMail } from "../fakes/actions.ts";
import { checkWorld } from "../fakes/check-world.ts";
import { type Edit, longWindows } from "../fakes/policy.ts";
import { routineGrant, twoStageGrant } from "../fakes/scenes.ts";
import { interpret, type TaskCall } from "../workflow/interpret.ts";
import type { Machine } from "../workflow/machine.ts";
import { keptMachine, keptName, policyOf, releases, type Which } from "./releases.ts";
import { UpgradeWorld } from "./upgrade-world.ts";

const ours: Machine = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../statemachines/grant-lifecycle.asl.json"), "utf8"),
);

/** What an execution's tasks do, by the functions of a release; where the next state waits, the time goes by. */
function tasksOf(world: UpgradeWorld, which: Which, id: string, edit: Edit | undefined) {
  const release = releases[which];
  const deps = () => ({ ...world.deps(), ...policyOf(release, edit) });
  const decide = async (payload: unknown): Promise<WorkflowState> => {
    world.secrets.add("task token", String((payload as { taskToken: string }).taskToken));
    await release.askApprovers(deps(), payload as Parameters<typeof release.askApprovers>[1]);
    const [stage] = world.grant(id).stages.filter(({ status }) => status === "open");
    const person = { privacy: "priya", "data-owners": "ingrid", communications: "yara" }[stage?.group ?? ""];
    await world.decide(person ?? "", "approve");
    return nextInWorkflow(world.grant(id), world.now());
  };
  const tasks: Record<string, (payload: unknown) => Promise<WorkflowState>> = {
    "Ask approvers": decide,
    "Mint credentials": () => world.mint(id),
    "Issue permit": () => world.permit(id),
    "End access": () => world.end(id),
  };
  return async ({ state, payload }: TaskCall) => {
    const next = await tasks[state]?.(payload);
    if (next?.until) world.tick(Math.max(0, epochMs(next.until) - world.now()));
    return next;
  };
}

const lives: Record<string, { edit?: Edit; ask: (world: UpgradeWorld) => Promise<string> }> = {
  "nobody is asked": { ask: (world) => routineGrant(world) },
  "two stages": { ask: (world) => twoStageGrant(world) },
  "a later start": {
    ask: (world) => routineGrant(world, { startsAt: isoSeconds(world.now() + 600_000) }),
  },
  "three sessions": { edit: longWindows, ask: (world) => routineGrant(world, { windowSeconds: 7_200 }) },
  "an action": {
    ask: async (world) => ((await world.agent("support-assistant").act(massMail)).body as { id: string }).id,
  },
};

describe.each([
  [`the workflow of ${keptName}`, keptMachine, "the functions of this tree", "next"],
  ["the workflow of this tree", ours, `the functions of ${keptName}`, "kept"],
] as const)("%s with %s (I-35)", (_a, machine, _b, which) => {
  it.each(Object.entries(lives))("ends as it should: %s", async (_name, { edit, ask }) => {
    const world = new UpgradeWorld(() => which, edit);
    world.workflow.paused = true;
    const id = await ask(world);
    const start = nextInWorkflow(world.grant(id), world.now());
    if (start.until) world.tick(Math.max(0, epochMs(start.until) - world.now()));
    const run = await interpret(machine, start, tasksOf(world, which, id, edit));
    expect(run.status).toBe("SUCCEEDED");
    expect(world.status(id)).toBe("ENDED");
    expect(run.entered.at(-1)).toBe("End access");
    checkWorld(world);
  });
});
