import { describe, expect, it } from "vitest";
import { isTerminal } from "../../../functions/core/grant/transitions.ts";
import { once, pendingGrant } from "../../fakes/scenes.ts";
import type { Command } from "../../fakes/table.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();

// What may happen to a grant that waits for people, all at the very deadline.
const actions = {
  approve: () => at.world.decide("priya", "approve"),
  reject: () => at.world.decide("tomas", "reject"),
  cancel: (id: string) => at.world.agent("support-assistant").release(id),
  expire: () => at.world.sweep(),
  mint: (id: string) => at.world.mint(id),
} as const;
type Name = keyof typeof actions;
const names = Object.keys(actions) as Name[];
const pairs = names.flatMap((first) =>
  names.filter((name) => name !== first).map((second) => [first, second] as const),
);
const movesGrant = (command: Command) => JSON.stringify(command.input).includes('"entity":"grant"');
const terminal = ["REJECTED", "CANCELLED", "EXPIRED"];

/** Just before the deadline for people, just after it for sweep: whoever reads, finds the grant PENDING. */
const toDeadline = () => {
  at.world.workflow.paused = true;
  at.world.tick(24 * 3_600_000 - 500);
};

describe("one outcome, first committed wins (I-14, I-17)", () => {
  it.each(pairs)("%s overtaken by %s between its reading and its writing", async (first, second) => {
    const id = await pendingGrant(at.world);
    toDeadline();
    at.world.fake.before = once(movesGrant, async () => {
      if (second === "expire") at.world.tick(1_000);
      await actions[second](id);
    });
    if (first === "expire") at.world.tick(1_000);
    await actions[first](id);
    const outcome = at.world.grant(id);
    const chain = at.world.history(id).filter((type) => type !== "approval.asked");
    at.world.workflow.paused = false;
    await at.world.advance(1_000);
    for (const name of names) await actions[name](id);
    if (terminal.includes(outcome.status)) {
      expect(at.world.grant(id)).toEqual(outcome);
      // A yes may come before a cancel; nothing comes after what ends the grant.
      expect(chain.length).toBeLessThanOrEqual(chain.includes("grant.approved") ? 3 : 2);
      expect(at.world.sts.requests).toBe(0);
    }
  });

  const orders = names.flatMap((a) =>
    names
      .filter((b) => b !== a)
      .flatMap((b) => names.filter((c) => c !== a && c !== b).map((c) => [a, b, c] as const)),
  );
  it.each(orders)("%s, then %s, then %s", async (...order) => {
    const id = await pendingGrant(at.world);
    at.world.workflow.paused = true;
    let outcome: string | undefined;
    for (const name of order) {
      if (name === "expire") at.world.tick(24 * 3_600_000);
      await actions[name](id);
      const { status } = at.world.grant(id);
      if (outcome) expect(status, "terminal is terminal").toBe(outcome);
      if (isTerminal(status)) outcome = status;
    }
    expect(at.world.sts.issued.length).toBeLessThanOrEqual(1);
    if (outcome && order.indexOf("approve") === -1) expect(at.world.sts.requests).toBe(0);
  });

  it("does not mint after a no, whatever the workflow was told", async () => {
    const id = await pendingGrant(at.world);
    await at.world.decide("priya", "reject");
    for (let times = 0; times < 3; times += 1)
      expect(await at.world.mint(id)).toMatchObject({ next: "over" });
    expect(at.world.sts.requests).toBe(0);
  });
});
