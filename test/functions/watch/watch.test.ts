import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { watch } from "../../../functions/watch/watch.ts";
import { pendingGrant, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";
import { AGAIN, allRefused, delivered, flagsOf, watchAll, watchDeps } from "./scene.ts";

const at = useWorld();
const see = (input: unknown) => watch(watchDeps(at.world), input);
const collectLate = async (id: string, times: number) => {
  for (let index = 0; index < times; index += 1) {
    await at.world.agent("finetune-pipeline").collect(id);
    at.world.tick(61_000);
  }
};

describe("a red flag", () => {
  it("is on record before anything is done, and then what came of it: probing ends in REVOKED", async () => {
    const id = await routineGrant(at.world);
    const seen = await see(allRefused(id, at.world.now(), 61));
    expect(seen).toMatchObject({ acted: 1, failed: 0 });
    expect(flagsOf(at.world)).toEqual(expect.arrayContaining([{ rules: "probing", action: "revoke" }]));
    const types = at.world.fake.events.map(({ body }) => JSON.parse(body).type);
    expect(types.indexOf("flag.raised")).toBeLessThan(types.indexOf("grant.revoking"));
    expect(types.indexOf("grant.revoking")).toBeLessThan(types.indexOf("flag.acted"));
    expect(at.world.events("grant.revoking")).toMatchObject([
      { actor: { type: "broker", id: "flag" }, facts: { code: "red_flag" } },
    ]);
    await at.world.revokeAll();
    expect(at.world.status(id)).toBe("REVOKED");
    expect(at.world.events("flag.acted")).toMatchObject([
      { grant: id, facts: { code: "stopped", count: 1 } },
    ]);
  });

  it("ends a grant that waits for people as DENIED: nothing was minted (I-17)", async () => {
    const id = await pendingGrant(at.world);
    const [revokes] = at.world.policy.bundle.flags.filter(({ action }) => action === "revoke");
    const flags = [
      {
        ...revokes,
        id: "any-ask",
        detector: "tally",
        signal: "asked",
        of: "agent",
        windowSeconds: 60,
        count: 1,
      },
    ];
    await watchAll(at.world, flags as never);
    expect(at.world.status(id)).toBe("DENIED");
    expect(at.world.events("grant.denied")).toMatchObject([{ facts: { code: "red_flag" } }]);
  });

  it("comes of an agent that goes on collecting after the end: one event, and nothing to stop", async () => {
    const id = await routineGrant(at.world, { windowSeconds: 60 });
    await at.world.advance(61_000);
    await collectLate(id, 12);
    await watchAll(at.world);
    const late = at.world.events("flag.raised").filter(({ facts }) => facts.rules === "collecting-late");
    expect(late).toMatchObject([
      { actor: { id: "flag" }, facts: { target: "agent finetune-pipeline", action: "alert" } },
    ]);
    expect(JSON.parse(late[0].facts.evidence)).toMatchObject({ count: 10, withinSeconds: 3600 });
    expect(at.world.events("flag.acted")).toEqual([]);
  });

  it("holds no secret, no address and no text of an agent's (I-09, I-52)", async () => {
    const id = await routineGrant(at.world, { purpose: "a purpose like no other", windowSeconds: 60 });
    await at.world.agent("finetune-pipeline").collect(id);
    await at.world.advance(61_000);
    await collectLate(id, 11);
    await watchAll(at.world);
    const kept = JSON.stringify([
      at.world.events("flag.raised"),
      at.world.fake.items().filter(({ entity }) => entity === "watch" || entity === "open-flag"),
    ]);
    expect(kept).toContain("collecting-late");
    expect(at.world.secrets.in(kept)).toBeUndefined();
    expect(kept).not.toContain("a purpose like no other");
    expect(kept).not.toMatch(/"\d{1,3}(\.\d{1,3}){3}"/);
  });

  it("of an event that is delivered again, and in another order, is the same one (I-57)", async () => {
    const id = await routineGrant(at.world, { windowSeconds: 60 });
    await at.world.advance(61_000);
    await collectLate(id, 12);
    await at.world.publish();
    const events = at.world.bus.taken.splice(0);
    for (const event of [...events].reverse()) await see(delivered(event));
    for (const event of events) await see(delivered(event));
    const raised = flagsOf(at.world).filter(({ rules }) => rules === "collecting-late");
    expect(raised).toHaveLength(1);
  });

  it("is raised once by two runs at the same moment", async () => {
    const id = await routineGrant(at.world);
    const input = allRefused(id, at.world.now(), 61);
    await Promise.all([see(input), see(input), see(input)]);
    expect(flagsOf(at.world).filter(({ rules }) => rules === "probing")).toHaveLength(1);
    expect(at.world.events("grant.revoking")).toHaveLength(1);
    expect(at.world.events("flag.acted")).toHaveLength(1);
  });

  it("that could not be acted on stays open, rings, and is acted on with a later minute", async () => {
    const id = await routineGrant(at.world);
    at.world.fake.before = (command) => {
      if (JSON.stringify(command.input).includes("grant.revoking")) throw new Error("throttled");
    };
    expect(await see(allRefused(id, at.world.now(), 61))).toMatchObject({ acted: 0, failed: 1 });
    expect(at.world.lines.map(({ code }) => code)).toContain("flag.not_acted");
    expect(at.world.events("flag.acted")).toEqual([]);
    at.world.fake.before = undefined;
    expect(await see(AGAIN)).toMatchObject({ acted: 1, failed: 0 });
    expect(at.world.status(id)).toBe("REVOKING");
    expect(await see(AGAIN)).toMatchObject({ acted: 0, failed: 0 });
  });

  it("whose run died after the stop is closed by the next, and stops nothing twice (I-31)", async () => {
    const id = await routineGrant(at.world);
    at.world.fake.before = (command) => {
      if (JSON.stringify(command.input).includes("flag.acted")) throw new Error("died");
    };
    await see(allRefused(id, at.world.now(), 61));
    at.world.fake.before = undefined;
    await see(AGAIN);
    expect(at.world.events("grant.revoking")).toHaveLength(1);
    expect(at.world.events("flag.acted")).toMatchObject([{ facts: { code: "nothing_to_stop" } }]);
  });

  it("is lost with no answer that was lost: the flag that was written is acted on", async () => {
    const id = await routineGrant(at.world);
    const input = allRefused(id, at.world.now(), 61);
    at.world.fake.after = (command) => {
      if (JSON.stringify(command.input).includes("flag.raised")) throw new Error("timed out");
    };
    await expect(see(input)).rejects.toThrow("timed out");
    at.world.fake.after = undefined;
    await see(input);
    await see(AGAIN);
    expect(at.world.status(id)).toBe("REVOKING");
  });

  it("makes no other by what it does itself: its own stops, lockdowns and refusals tell it nothing", async () => {
    const id = await routineGrant(at.world);
    await see(allRefused(id, at.world.now(), 61));
    await watchAll(at.world);
    const before = flagsOf(at.world).length;
    await watchAll(at.world);
    expect(flagsOf(at.world)).toHaveLength(before);
    expect(at.world.fake.item(keys.openFlag("x"))).toBeUndefined();
  });
});
