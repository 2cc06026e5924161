import { describe, expect, it } from "vitest";
import { isTerminal } from "../../../functions/core/grant/transitions.ts";
import { movesTo, pendingGrant } from "../../fakes/scenes.ts";
import type { Command } from "../../fakes/table.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const DAY = 24 * 3_600_000;

const signed = (id: string) =>
  at.world.person("priya").decide(id, { decision: "approve", stage: 1, digest: at.world.grant(id).digest });
const byLink = () => at.world.decide("priya", "approve");
/** What happens at one instant to a grant that waits for people, and the state that each would bring it to. */
const actions = {
  approve: { to: "APPROVED", by: (id: string, way: Way) => (way === "signed" ? signed(id) : byLink()) },
  reject: { to: "REJECTED", by: () => at.world.decide("tomas", "reject") },
  cancel: { to: "CANCELLED", by: (id: string) => at.world.agent("support-assistant").release(id) },
  deadline: { to: "EXPIRED", by: () => at.world.sweep() },
} as const;
type Name = keyof typeof actions;
type Way = "link" | "signed";
const names = Object.keys(actions) as Name[];

const orders = <T>(list: readonly T[]): T[][] =>
  list.length === 0
    ? [[]]
    : list.flatMap((first) => orders(list.filter((each) => each !== first)).map((rest) => [first, ...rest]));
const withoutCancel = names.filter((name) => name !== "cancel");
const cases = (["link", "signed"] as const).flatMap((way) =>
  [...orders(names), ...orders(withoutCancel)].map((order) => ({ way, order, shown: order.join(", ") })),
);
/** The first that is written decides. An approval may still be taken back by the agent: nothing is minted yet. */
const outcomeOf = ([first = "approve", ...rest]: readonly Name[]): string =>
  first === "approve" && rest.includes("cancel") ? "CANCELLED" : actions[first].to;

const turn = () => new Promise<void>((done) => setImmediate(done));

/** Lets every action read, and holds each at its first conditional write; `release` lets one go on, to its end. */
function gate() {
  const held = new Map<Name, () => void>();
  const passed = new Set<Name>();
  at.world.fake.before = async (command: Command) => {
    const name = names.find((each) => movesTo(actions[each].to)(command));
    if (name === undefined || passed.has(name)) return;
    passed.add(name);
    await new Promise<void>((go) => held.set(name, go));
  };
  const release = async (name: Name) => {
    held.get(name)?.();
    await turn();
  };
  return { held, release };
}

/** One outcome, one event that says so, and whatever is tried afterwards changes nothing and mints nothing. */
async function settled(id: string, way: Way, order: readonly Name[]): Promise<void> {
  const outcome = at.world.grant(id);
  const chain = at.world.history(id).filter((type) => type !== "approval.asked");
  expect(outcome.status).toBe(outcomeOf(order));
  expect(chain).toHaveLength(outcome.status === "CANCELLED" && order[0] === "approve" ? 3 : 2);
  at.world.workflow.paused = false;
  await at.world.advance(1_000);
  for (const name of order) await actions[name].by(id, way);
  await at.world.mint(id);
  if (isTerminal(outcome.status)) {
    expect(at.world.grant(id)).toEqual(outcome);
    expect(at.world.sts.requests).toBe(0);
  } else expect(at.world.sts.issued).toHaveLength(1);
}

describe("approve, reject, cancel and deadline at one instant (I-14, I-17, I-20)", () => {
  it.each(cases)(
    "$shown are written in this order, each after all have read; yes by $way (A-11)",
    async ({ way, order }) => {
      const id = await pendingGrant(at.world);
      at.world.workflow.paused = true;
      at.world.tick(DAY - 500);
      const { held, release } = gate();
      const running = order
        .filter((name) => name !== "deadline")
        .map((name): Promise<unknown> => actions[name].by(id, way));
      await turn();
      at.world.tick(1_000);
      running.push(actions.deadline.by());
      await turn();
      expect([...held.keys()].sort(), "all have read PENDING, none has written").toEqual([...order].sort());
      expect(at.world.status(id)).toBe("PENDING");
      for (const name of order) await release(name);
      await Promise.all(running);
      at.world.fake.before = undefined;
      await settled(id, way, order);
    },
  );

  it.each(cases)("$shown, one after the other; yes by $way", async ({ way, order }) => {
    const id = await pendingGrant(at.world);
    at.world.workflow.paused = true;
    at.world.tick(DAY - 500);
    for (const name of order) {
      if (name === "deadline") at.world.tick(1_000);
      await actions[name].by(id, way);
    }
    await settled(id, way, order);
  });
});
