import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLive } from "../../../functions/aws/table/roles.ts";
import { grantInput, type WorkflowState } from "../../../functions/core/grant/schedule.ts";
import { isTerminal } from "../../../functions/core/grant/transitions.ts";
import { lockDown } from "../../fakes/scenes.ts";
import type { Item } from "../../fakes/tokens.ts";
import { useWorld } from "../../fakes/use-world.ts";

/** Items and executions as the release before rotation left them, by the status of their one grant. */
type Left = { execution: WorkflowState; items: Item[] };
const left = JSON.parse(readFileSync(join(import.meta.dirname, "previous-release.json"), "utf8")) as Record<
  "PENDING" | "APPROVED" | "ACTIVATING" | "ACTIVE",
  Left
>;
const ID = "aaaaaaaaaaaaaaac";

const at = useWorld();
const owner = () => at.world.agent("finetune-pipeline");

/** The new release takes over: the items are there, and their workflow waits where it did. */
function takeOver(
  status: keyof typeof left,
  waits: Partial<WorkflowState> & { next: WorkflowState["next"] },
) {
  const { execution, items } = left[status];
  for (const item of items) at.world.fake.plant(item);
  const state = { ...execution, ...waits };
  const until = state.until ? Date.parse(state.until) : 0;
  at.world.workflow.executions.set(ID, {
    ...{ input: execution, state, at: state.next, until, failures: 0, since: at.world.now() },
  });
}
const sealed = () =>
  at.world.fake.plant({
    ...{ pk: `GRANT#${ID}`, sk: "SEALED", entity: "sealed", attempt: 1, expiration: "2026-11-21T09:45:00Z" },
    ...{ key: "wrapped", nonce: "n", data: "d", tag: "t" },
  });

describe("what the previous release left unfinished (F-33, I-35)", () => {
  it("ACTIVE ends at its end", async () => {
    takeOver("ACTIVE", { next: "waitToEnd", until: "2026-11-21T09:40:00.000Z" });
    sealed();
    await at.world.advance(599_000);
    expect(at.world.status(ID)).toBe("ACTIVE");
    await at.world.advance(1_000);
    expect(at.world.grant(ID)).toMatchObject({ status: "ENDED", endsAt: "2026-11-21T09:40:00Z" });
  });
  it("ACTIVE without its workflow is ended by sweep", async () => {
    takeOver("ACTIVE", { next: "over" });
    sealed();
    await at.world.advance(616_000);
    await at.world.sweep();
    expect(at.world.status(ID)).toBe("ENDED");
  });
  it("ACTIVE is released early, and denied", async () => {
    takeOver("ACTIVE", { next: "waitToEnd", until: "2026-11-21T09:40:00.000Z" });
    sealed();
    expect((await owner().release(ID)).status).toBe(200);
    await at.world.revokeAll();
    expect(at.world.iam.denies("latchkey-access-training-data", ID)).toBe(true);
  });
  it("ACTIVE is found by a lockdown: its live entry does not say whose it is, the grant does (I-71)", async () => {
    takeOver("ACTIVE", { next: "waitToEnd", until: "2026-11-21T09:40:00.000Z" });
    sealed();
    const role = "latchkey-access-training-data";
    expect(await readLive(at.world.fake.table, role)).toEqual([
      {
        grantId: ID,
        endsAt: "2026-11-21T09:40:00Z",
        agent: "finetune-pipeline",
        resource: "support-conversations",
      },
    ]);
    await lockDown(at.world, { type: "agent", id: "finetune-pipeline" });
    expect(at.world.grant(ID)).toMatchObject({ status: "REVOKING", closing: { code: "locked_down" } });
  });
  it("ACTIVATING whose run died is minted by the next attempt, or stopped, and its end is where it was", async () => {
    takeOver("ACTIVATING", { next: "waitToMint", until: "2026-11-21T09:31:00.250Z" });
    await at.world.advance(62_000);
    expect(["ACTIVE", "REVOKING"]).toContain(at.world.status(ID));
    await at.world.advance(600_000);
    expect(isTerminal(at.world.grant(ID).status)).toBe(true);
    expect(at.world.grant(ID)).toMatchObject({ endsAt: "2026-11-21T09:40:00Z" });
    expect(at.world.events("attempt.lost")).toHaveLength(1);
  });
  it("APPROVED for later is minted at its start, never before, or denied", async () => {
    takeOver("APPROVED", { next: "waitToMint", until: "2026-11-21T09:40:00.000Z" });
    await at.world.advance(599_000);
    expect(at.world.sts.requests).toBe(0);
    await at.world.advance(3_600_000);
    expect(["ENDED", "DENIED"]).toContain(at.world.status(ID));
  });
  it("PENDING that nobody decides lapses", async () => {
    takeOver("PENDING", { next: "over" });
    at.world.tick(24 * 3_600_000);
    await at.world.sweep();
    expect(at.world.status(ID)).toBe("EXPIRED");
  });
  it.each(Object.keys(left) as (keyof typeof left)[])("%s: its workflow's input is still one", (status) => {
    const { schema, grantId } = left[status].execution;
    expect(grantInput.parse({ schema, grantId })).toEqual({ schema: 1, grantId: ID });
  });
});
