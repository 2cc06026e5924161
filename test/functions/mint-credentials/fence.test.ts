import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import type { LockdownTarget } from "../../../functions/core/lockdown.ts";
import { checkWorld } from "../../fakes/check-world.ts";
import { approvedGrant, lockDown, orphanedAttempt, stopped } from "../../fakes/scenes.ts";
import type { Command } from "../../fakes/table.ts";
import { useWorld } from "../../fakes/use-world.ts";
import type { World } from "../../fakes/world.ts";
import { interrupted, type Scene, scenes } from "./scenes.ts";

const at = useWorld();
const LONG = { windowSeconds: 600 };
const ROLE = "latchkey-access-training-data";
const targets: LockdownTarget[] = [
  { type: "agent", id: "finetune-pipeline" },
  { type: "resource", id: "support-conversations" },
  { type: "role", id: "training-data" },
  { type: "everything" },
];
const plant = (world: World, target: LockdownTarget) =>
  world.fake.plant({
    ...keys.lockdown("aaaaaaaaaaaaaazz"),
    ...{ entity: "lockdown", id: "aaaaaaaaaaaaaazz", target, reason: "a leak", by: "samira" },
    at: "2026-11-21T09:00:00.000Z",
  });

describe("minting under a lockdown", () => {
  it.each(targets)("of $type $id: DENIED with the reason, and nothing is minted (I-71)", async (target) => {
    const id = await approvedGrant(at.world, LONG);
    plant(at.world, target);
    expect(await at.world.mint(id)).toMatchObject({ next: "over" });
    expect(at.world.grant(id)).toMatchObject({
      status: "DENIED",
      closing: { code: "locked_down", detail: expect.stringContaining("aaaaaaaaaaaaaazz") },
    });
    expect(at.world.sts.requests).toBe(0);
  });
  it.each<LockdownTarget>([
    { type: "agent", id: "rag-indexer" },
    { type: "resource", id: "claims" },
    { type: "role", id: "production-data" },
  ])("of $type $id, which is another: minted", async (target) => {
    const id = await approvedGrant(at.world, LONG);
    plant(at.world, target);
    await at.world.mint(id);
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("after an attempt that may have minted: stopped and denied, not just DENIED", async () => {
    const id = await orphanedAttempt(at.world, LONG);
    plant(at.world, { type: "everything" });
    at.world.workflow.paused = false;
    await at.world.advance(61_000);
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKING", closing: { code: "locked_down" } });
    expect(at.world.fake.item(keys.deny(ROLE, id))).toBeDefined();
    await at.world.revokeAll();
    expect(at.world.iam.denies(ROLE, id)).toBe(true);
    expect(at.world.sts.requests).toBe(1);
  });
  it("reads lockdowns after the claim is written, strongly consistent", async () => {
    const id = await approvedGrant(at.world, LONG);
    const seen: string[] = [];
    at.world.fake.before = (command: Command) => {
      const text = JSON.stringify(command.input);
      if (text.includes('"LOCKDOWN"')) {
        expect(command.input).toMatchObject({ ConsistentRead: true });
        seen.push(`lockdowns while ${at.world.status(id)}`);
      }
    };
    at.world.sts.before = () => seen.push("sts");
    await at.world.mint(id);
    expect(seen).toEqual(["lockdowns while ACTIVATING", "sts"]);
  });
  it("mints nothing when lockdowns cannot be read (I-08)", async () => {
    const id = await approvedGrant(at.world, LONG);
    plant(at.world, { type: "agent", id: "rag-indexer" });
    at.world.fake.plant({ ...keys.lockdown("aaaaaaaaaaaaaazy"), entity: "lockdown", target: "everybody" });
    await expect(at.world.mint(id)).rejects.toThrow();
    expect(at.world.sts.requests).toBe(0);
  });
});

const actions: Record<string, (scene: Scene) => Promise<unknown>> = {
  "a lockdown of everything": ({ world }) => lockDown(world, { type: "everything" }),
  "a revocation": ({ world, id }) => stopped(world, id),
  "a release": ({ world, id }) => world.agent("finetune-pipeline").release(id),
};

describe.each(Object.keys(scenes))("%s", (name) => {
  const scene = scenes[name] as () => Promise<Scene>;
  it.each(Object.entries(actions))(
    "and %s, at every call: no session is left live and undenied (I-01, I-17, I-71)",
    async (_, action) => {
      const calm = await interrupted(await scene(), { nth: 0, side: "before" }, action);
      expect(calm.calls).toBeGreaterThan(5);
      for (let nth = 1; nth <= calm.calls; nth += 1) {
        for (const side of ["before", "after"] as const) {
          const made = await scene();
          const { world, id } = made;
          const { acted } = await interrupted(made, { nth, side }, action);
          const where = `${side} call ${nth}`;
          // Nothing is between the seal and the write that follows it.
          expect(acted || (nth === calm.calls - 1 && side === "after"), where).toBe(true);
          if (!acted) continue;
          expect(["REVOKING", "DENIED", "CANCELLED", "FAILED"], where).toContain(world.status(id));
          if (world.status(id) === "REVOKING")
            expect(world.fake.item(keys.deny(ROLE, id)), where).toBeDefined();
          else expect(world.sts.issued, where).toEqual([]);
          expect(world.fake.item(keys.sealed(id)), where).toBeUndefined();
          expect((await world.agent("finetune-pipeline").collect(id)).status, where).toBe(410);
          checkWorld(world);
        }
      }
    },
  );
});

describe("a session that was minted of a grant that was stopped meanwhile", () => {
  it("is recorded as lost, and nobody gets it (I-46)", async () => {
    const id = await approvedGrant(at.world, LONG);
    at.world.sts.after = () => stopped(at.world, id);
    await at.world.mint(id);
    const [lost] = at.world.events("attempt.lost");
    expect(lost.facts).toMatchObject({
      attempt: 1,
      code: "not_delivered",
      sessionName: `lk.finetune.${id}.1`,
    });
    expect(at.world.status(id)).toBe("REVOKING");
  });
});
