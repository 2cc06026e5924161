import { describe, expect, it } from "vitest";
import { checkWorld } from "../../fakes/check-world.ts";
import { interleave, orders } from "../../fakes/interleave.ts";
import { approvedGrant, orphanedAttempt, routineGrant } from "../../fakes/scenes.ts";
import type { Command } from "../../fakes/table.ts";
import { World } from "../../fakes/world.ts";

/** Every order is a world of its own; the machine may be busy. */
const PATIENCE = 60_000;
const ROLE = "latchkey-access-training-data";
const LONG = { windowSeconds: 1800 };

/**
 * What the two tell each other by: the writes of grant and lockdown, and the reads of what stands, of what the agent has open
 * and of what is live on this role (all other roles are read at the same time, and have nothing to tell).
 */
const matters = ({ input }: Command): boolean => {
  if ("TransactItems" in input) return true;
  const values = JSON.stringify("KeyConditionExpression" in input ? input.ExpressionAttributeValues : input);
  return /"LOCKDOWN"|"LIVE#"|"QUOTA"/.test(values) && (!values.includes("LIVE#") || values.includes(ROLE));
};

// A role and everything are met as a resource is; an agent's open grants are found in a second place too.
const targets = [
  { type: "agent", id: "finetune-pipeline" },
  { type: "resource", id: "support-conversations" },
];

/** Whatever came first: nothing is live, nothing is handed over, and what was minted is denied at IAM. */
async function nothingIsLive(world: World, id: string, order: string): Promise<void> {
  const minted = world.sts.issued.some(({ sessionName }) => sessionName.includes(`.${id}.`));
  expect(["DENIED", "REVOKING", "REVOKED"], order).toContain(world.status(id));
  if (minted) expect(world.status(id), `${order}: a session exists`).not.toBe("DENIED");
  expect((await world.agent("finetune-pipeline").collect(id)).status, order).not.toBe(200);
  await world.revokeAll();
  if (minted) expect(world.iam.denies(ROLE, id), `${order}: denied`).toBe(true);
  checkWorld(world);
}

describe.each(targets)("a lockdown of $type $id, and an activation at the same moment", (target) => {
  // The mint's claim, its look at lockdowns, its move to ACTIVE; the lockdown's own write, its look at what is live on the
  // role and, for an agent, open, its stop, and a second try of that when it was overtaken.
  it(
    "in every order of their steps leave no live undenied session (I-71)",
    async () => {
      const came = new Set<string>();
      for (const order of orders(3, target.type === "agent" ? 5 : 4)) {
        const world = new World();
        const id = await approvedGrant(world, LONG);
        came.add(
          await interleave(
            world,
            { order, counts: matters },
            { a: () => world.mint(id), b: () => world.person("samira").lockDown(target) },
          ),
        );
        await nothingIsLive(world, id, order);
      }
      expect(came.size, "orders that really came about").toBeGreaterThan(15);
    },
    PATIENCE,
  );
});

describe("a lockdown, and a mint that follows one that died", () => {
  it(
    "in every order of their steps leave no live undenied session (I-71)",
    async () => {
      for (const order of orders(3, 4)) {
        const world = new World();
        const id = await orphanedAttempt(world, LONG);
        world.tick(61_000);
        await interleave(
          world,
          { order, counts: matters },
          { a: () => world.mint(id), b: () => world.person("samira").lockDown({ type: "everything" }) },
        );
        await nothingIsLive(world, id, order);
      }
    },
    PATIENCE,
  );
});

describe("a lockdown, and an ask at the same moment", () => {
  it(
    "in every order of their steps let nothing be minted or leave it denied, once the machine has run and sweep looked (I-71)",
    async () => {
      for (const order of orders(3, 4)) {
        const world = new World();
        world.workflow.paused = true;
        let id: string | undefined;
        await interleave(
          world,
          { order, counts: matters },
          {
            a: async () => {
              const reply = await world.agent("finetune-pipeline").ask({
                ...{ resource: "support-conversations", access: "read", windowSeconds: 1800 },
                purpose: "at the same moment",
              });
              if (reply.status === 201) id = (reply.body as { id: string }).id;
              else expect(reply.code, order).toBe("locked_down");
            },
            b: () => world.person("samira").lockDown({ type: "agent", id: "finetune-pipeline" }),
          },
        );
        world.workflow.paused = false;
        await world.workflow.settle();
        await world.advance(61_000);
        await world.sweep();
        if (id) await nothingIsLive(world, id, order);
        else expect(world.sts.requests).toBe(0);
      }
    },
    PATIENCE,
  );
});

describe("a lockdown and its lifting", () => {
  it(
    "at the moment of a mint leave no session that the table does not know (I-71)",
    async () => {
      for (const order of orders(3, 4)) {
        const world = new World();
        const id = await approvedGrant(world, LONG);
        const set = await world.person("samira").lockDown({ type: "resource", id: "support-conversations" });
        const { id: lockdown } = set.body as { id: string };
        await interleave(
          world,
          { order, counts: matters },
          { a: () => world.mint(id), b: () => world.person("noor").lift(lockdown) },
        );
        // Seen standing: DENIED. Lifted before it was looked for: minted, as nothing forbids it any more.
        expect(["DENIED", "ACTIVE"], order).toContain(world.status(id));
        checkWorld(world);
      }
    },
    PATIENCE,
  );
});

describe("two who stop the same grant", () => {
  it(
    "in every order of their steps stop it once (I-31)",
    async () => {
      for (const order of orders(2, 4)) {
        const world = new World();
        const id = await routineGrant(world, LONG);
        await interleave(
          world,
          { order, counts: matters },
          {
            a: () => world.person("maya").revoke(id),
            b: () => world.person("samira").lockDown({ type: "everything" }),
          },
        );
        expect(
          world.history(id).filter((type) => type === "grant.revoking"),
          order,
        ).toHaveLength(1);
        await nothingIsLive(world, id, order);
      }
    },
    PATIENCE,
  );
});
