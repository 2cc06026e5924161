import { afterEach, describe, expect, it } from "vitest";
import { type EventType, typeNames } from "../../../functions/core/audit/registry.ts";
import { noteFate } from "../../../functions/mail-events/note.ts";
import { watch } from "../../../functions/watch/watch.ts";
import { gateway, permitted, redeemed } from "../../fakes/actions.ts";
import { routine, sensitive } from "../../fakes/asks.ts";
import { edit, longWindows } from "../../fakes/policy.ts";
import { asked, orphanedAttempt, pendingGrant, routineGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { World } from "../../fakes/world.ts";
import { bounce, complaint } from "../mail-events/reports.ts";
import { allPages, maskedGrant, withClaims } from "../read-masked/claims.ts";
import { crowd, ROLE, revokeOne } from "../revoke-access/crowd.ts";
import { allRefused, watchDeps } from "../watch/scene.ts";
import { eventsOf, expectEffectsOnRecord } from "./effects.ts";

/** A life, and the events that it is about; everything else that it does is checked as well. */
type Life = { shows: EventType[]; live: (world: World) => Promise<void>; world?: () => World };
const LONG = { windowSeconds: 1_800 };
const minuteOver = async (world: World) => {
  world.tick(60_000);
  await world.sweep();
};
const lettingExpire = () =>
  new World((bundle) =>
    edit(bundle.catalogue.resources, "support-conversations", (resource) => {
      resource.onRelease = "expire";
    }),
  );

const lives: Record<string, Life> = {
  "passes, is collected often, ends": {
    shows: [
      "grant.requested",
      "grant.attempt_claimed",
      "grant.activated",
      "credentials.collected",
      "grant.ended",
    ],
    live: async (world) => {
      const id = await routineGrant(world);
      for (let times = 0; times < 3; times += 1) await world.agent("finetune-pipeline").collect(id);
      await routineGrant(world);
      await world.advance(61_000);
    },
  },
  "is approved in two stages": {
    shows: ["approval.asked", "grant.stage_approved", "grant.approved"],
    live: async (world) => {
      await twoStageGrant(world);
      await world.decide("priya", "approve");
      await world.decide("ingrid", "approve");
      await world.advance(1_000_000);
    },
  },
  "is rejected, with a repeat": {
    shows: ["grant.rejected"],
    live: async (world) => {
      await pendingGrant(world);
      await world.decide("priya", "reject");
      await world.page(world.mail.to("priya").token);
    },
  },
  "is cancelled, and expires": {
    shows: ["grant.cancelled", "grant.expired"],
    live: async (world) => {
      await world.agent("support-assistant").release(await pendingGrant(world));
      await pendingGrant(world);
      await world.advance(24 * 3_600_000 + 1_000);
      await world.sweep();
    },
  },
  "is refused by policy, tried out, and refused as a call, often": {
    shows: ["decision.dry_run", "request.refused"],
    live: async (world) => {
      await world.agent("rag-indexer").ask(routine);
      await world.agent("support-assistant").ask({ ...sensitive, dryRun: true });
      for (let times = 0; times < 5; times += 1)
        await world.agent("rag-indexer").ask({ ...routine, access: "x" });
      await world.agent("rag-indexer").get("aaaaaaaaaaaaaaaa");
      await minuteOver(world);
    },
  },
  "is looked at by compliance": {
    shows: ["record.read"],
    live: async (world) => {
      const id = await pendingGrant(world);
      for (let times = 0; times < 4; times += 1) await world.person("colin").get(id);
      await minuteOver(world);
      const counts = world.events("record.read").map(({ facts }) => facts.count);
      expect(counts).toEqual([1, 3]);
    },
  },
  "is revoked, twice": {
    shows: ["grant.revoking", "grant.revoked"],
    live: async (world) => {
      const id = await routineGrant(world, LONG);
      for (let times = 0; times < 2; times += 1) await world.person("samira").revoke(id);
      await world.revokeAll();
      expect(world.status(id)).toBe("REVOKED");
    },
  },
  "rotates, and once cannot": {
    shows: ["grant.rotated", "grant.rotation_failed"],
    world: () => new World(longWindows),
    live: async (world) => {
      await routineGrant(world, { windowSeconds: 10_800 });
      await world.advance(50 * 60_000);
      world.sts.refuse = "AccessDenied";
      await world.advance(45 * 60_000);
      world.sts.refuse = undefined;
      await world.advance(120 * 60_000);
    },
  },
  "cannot be minted": {
    shows: ["grant.failed"],
    live: async (world) => {
      world.sts.refuse = "AccessDenied";
      await routineGrant(world);
      await world.advance(600_000);
    },
  },
  "is minted by a run that dies, and by another": {
    shows: ["attempt.lost"],
    live: async (world) => {
      await orphanedAttempt(world, LONG);
      world.workflow.paused = false;
      await world.advance(61_000);
    },
  },
  "breaks the glass, and is reviewed": {
    shows: ["review.opened", "review.closed"],
    live: async (world) => {
      const id = await asked(world, "support-assistant", { ...sensitive, breakGlass: true });
      await world.askAgain();
      await world.person("samira").review(id);
      await world.person("samira").review(id);
    },
  },
  "is released to end by itself, and stopped after all": {
    shows: ["session.denied"],
    world: lettingExpire,
    live: async (world) => {
      await world.sweep();
      const id = await routineGrant(world, LONG);
      await world.agent("finetune-pipeline").release(id);
      await world.person("samira").revoke(id, "leaked");
      await world.revokeAll();
    },
  },
  "is met by a lockdown, waiting and live, which is lifted": {
    shows: ["lockdown.set", "lockdown.lifted", "grant.denied"],
    live: async (world) => {
      await world.sweep();
      const waiting = await pendingGrant(world);
      await routineGrant(world, LONG);
      const target = { type: "agent", id: "support-assistant" };
      const { id } = (await world.person("samira").lockDown(target)).body as { id: string };
      await world.person("samira").lockDown(target);
      expect(world.status(waiting)).toBe("DENIED");
      await world.person("noor").lift(id);
      await world.person("noor").lift(id);
    },
  },
  "is an action: redeemed once and reported on, redeemed and never heard of": {
    shows: ["performer.pinned", "permit.redeemed", "action.outcome_reported", "action.outcome_unknown"],
    live: async (world) => {
      const { id, permit } = await permitted(world);
      await redeemed(world, id, permit);
      await redeemed(world, id, permit);
      await gateway(world).outcome(id, { result: "done" });
      await gateway(world).outcome(id, { result: "done" });
      const silent = await permitted(world);
      await redeemed(world, silent.id, silent.permit);
      await world.advance(301_000);
      await world.sweep();
    },
  },
  "is read masked, page by page": {
    shows: ["data.read"],
    live: async (world) => {
      withClaims(world);
      const id = await maskedGrant(world);
      await allPages(world, id, { limit: 20 });
      await world.agent("analytics-copilot").release(id);
    },
  },
  "sees another policy, with other people": {
    shows: ["policy.changed", "person.added", "person.removed", "agent.pinned"],
    live: async (world) => {
      await world.sweep();
      await routineGrant(world, LONG);
      world.deploy(({ catalogue }) => {
        const [first] = catalogue.people.filter(({ id }) => id === "maya");
        catalogue.people = catalogue.people.filter(({ id }) => id !== "maya");
        if (first) catalogue.people.push({ ...first, id: "nadia", email: "nadia@northwind.example" });
      });
      await world.sweep();
      await world.sweep();
    },
  },
  "has a mail that bounces, and one that is complained of, told twice": {
    shows: ["mail.bounced", "mail.complained"],
    live: async (world) => {
      const about = { grant: await pendingGrant(world), person: "priya", stage: 1 };
      for (const report of [bounce(about), complaint(about), bounce(about)])
        await noteFate(world.deps(), report);
      expect([world.events("mail.bounced"), world.events("mail.complained")].map((of) => of.length)).toEqual([
        1, 1,
      ]);
    },
  },
  "tries door after door, and is stopped by a red flag": {
    shows: ["flag.raised", "flag.acted", "grant.revoking", "grant.revoked"],
    live: async (world) => {
      const id = await routineGrant(world, LONG);
      await watch(watchDeps(world), allRefused(id, world.now(), 61));
      await watch(watchDeps(world), allRefused(id, world.now(), 61));
      await world.revokeAll();
    },
  },
};

describe("each effect has exactly one event, and each event its effect (I-46, I-47)", () => {
  const seen = new Set<EventType>();
  let world: World | undefined;
  afterEach(() => {
    if (world) for (const { type } of eventsOf(world)) seen.add(type);
    world = undefined;
  });

  it.each(Object.entries(lives))("of a grant that %s", async (_, life) => {
    world = life.world?.() ?? new World();
    await life.live(world);
    const types = eventsOf(world).map(({ type }) => type);
    for (const type of life.shows) expect(types).toContain(type);
    expectEffectsOnRecord(world);
  });

  it("of a role that is cut off", async () => {
    world = new World();
    const [, ...revoked] = await crowd(world, 60);
    world.workflow.paused = true;
    world.tick(120_000);
    world.iam.foreignCharacters = 9_500;
    for (const id of revoked) await revokeOne(world, id);
    await world.revokeAll();
    const cut = world.events("role.cut_off");
    expect(cut).toHaveLength(world.fake.items().filter(({ entity }) => entity === "cut-off").length);
    expect(cut).toMatchObject([{ facts: { role: ROLE } }]);
  });

  it("and the check of it sees what is missing, and what is too many", async () => {
    const spoilt: ((world: World) => void)[] = [
      ({ sts }) =>
        void sts.issued.push({ ...sts.issued[0], sessionName: "lk.x.aaaaaaaaaaaaaaaa.1" } as never),
      ({ fake }) => void fake.events.pop(),
      ({ fake }) => void fake.events.push({ ...fake.events[0] } as never),
      ({ lines }) => void lines.push({ code: "api.refused", fields: { code: "forbidden" } }),
      (each) => each.fake.plant({ pk: "PIN#x", sk: "PIN", entity: "pin" }),
    ];
    for (const spoil of spoilt) {
      const spoiltWorld = new World();
      await routineGrant(spoiltWorld);
      await spoiltWorld.advance(61_000);
      expectEffectsOnRecord(spoiltWorld);
      spoil(spoiltWorld);
      expect(() => expectEffectsOnRecord(spoiltWorld)).toThrow();
    }
  });

  it("of every type there is: none is never written, and none is written that is not shown here", () => {
    // What `sign-digest` tells of an hour, and performers of what they stop, is shown with them.
    const elsewhere: readonly EventType[] = ["digest.signed", "action.stop_ordered", "action.stopped"];
    const expected = typeNames.filter((type) => !elsewhere.includes(type));
    expect([...seen].sort()).toEqual([...expected].sort());
  });
});
