import { oneMail, permitted, redeemed } from "../../fakes/actions.ts";
import { routine, sensitive } from "../../fakes/asks.ts";
import { longWindows } from "../../fakes/policy.ts";
import { asked, pendingGrant, routineGrant } from "../../fakes/scenes.ts";
import { World } from "../../fakes/world.ts";
import { maskedGrant, withClaims } from "../../functions/read-masked/claims.ts";
import { type Counts, countCalls } from "./count.ts";
import { watchStates } from "./states.ts";

export type Bill = { counts: Counts; runs: Record<string, number> };
type Life = { what: string; world?: () => World; live: (world: World) => Promise<unknown> };

const HOUR = 3_600_000;

async function approved(world: World, people: readonly string[]): Promise<void> {
  for (const person of people) {
    await world.page(world.mail.to(person).token);
    const { status } = await world.decide(person, "approve");
    if (status !== 200) throw new Error(`${person} could not decide: ${status}`);
  }
}

/** What people meet, from the ask to the end. Beforehand each agent was known and had one grant: a first ask pins it. */
export const lives = {
  automatic: {
    what: "automatic, 60 s",
    live: async (world) => {
      const id = await routineGrant(world);
      await world.agent("finetune-pipeline").collect(id);
      await world.advance(61_000);
    },
  },
  oneStage: {
    what: "one stage",
    live: async (world) => {
      const id = await pendingGrant(world);
      await approved(world, ["priya"]);
      await world.agent("support-assistant").collect(id);
      await world.advance(901_000);
    },
  },
  twoStages: {
    what: "two stages, three people",
    live: async (world) => {
      const { scope: _, ...whole } = sensitive;
      const id = await asked(world, "support-assistant", { ...whole, resource: "medical-reports" });
      await approved(world, ["priya", "tomas", "ingrid"]);
      await world.agent("support-assistant").collect(id);
      await world.advance(901_000);
    },
  },
  fourHours: {
    what: "automatic, 4 h: rotated each 45 min",
    world: () => new World(longWindows),
    live: async (world) => {
      const id = await routineGrant(world, { windowSeconds: 14_400 });
      for (let quarter = 0; quarter < 16; quarter += 1) {
        if (quarter % 3 === 0) await world.agent("finetune-pipeline").collect(id);
        await world.advance(HOUR / 4);
      }
      await world.advance(1_000);
    },
  },
  revoked: {
    what: "automatic, released early: denied, proved",
    live: async (world) => {
      const id = await routineGrant(world, { windowSeconds: 600 });
      await world.agent("finetune-pipeline").collect(id);
      await world.agent("finetune-pipeline").release(id);
      await world.revokeAll();
      if (world.status(id) !== "REVOKED") throw new Error(`it is ${world.status(id)}`);
      // The entry leaves the role's list when the window and its margin are over. `sweep`, which orders that, is not counted.
      await world.advance(HOUR / 2);
      await world.queue.send(world.grant(id).resource.role, "sweep");
      await world.writeDenials();
    },
  },
  action: {
    what: "an action: permit, redeemed, done",
    live: async (world) => {
      const { id, permit } = await permitted(world);
      await redeemed(world, id, permit, oneMail.parameters);
      await world.system("mail-gateway").outcome(id, { outcome: "done" });
      await world.advance(HOUR);
    },
  },
  masked: {
    what: "masked, one page of rows read",
    world: () => {
      const world = new World();
      withClaims(world);
      return world;
    },
    live: async (world) => {
      const id = await maskedGrant(world);
      const { status } = await world.agent("analytics-copilot").read(id);
      if (status !== 200) throw new Error(`read, and got ${status}`);
      await world.advance(601_000);
    },
  },
} satisfies Record<string, Life>;
export type LifeName = keyof typeof lives;
export const lifeNames = Object.keys(lives) as LifeName[];

/** An ask of each agent, denied or granted for a minute, long before: identities are pinned then. */
async function known(world: World): Promise<void> {
  await world.agent("finetune-pipeline").ask(routine);
  await world.agent("support-assistant").ask({ ...sensitive, dryRun: true });
  await world.agent("analytics-copilot").ask({ ...sensitive, dryRun: true });
  await world.advance(HOUR);
  await world.publish();
  world.workflow.executions.clear();
  world.fake.events.length = 0;
  for (const name of Object.keys(world.runs)) delete world.runs[name];
}

/** Lives one life, and answers what it took. */
export async function billOf(name: LifeName): Promise<Bill> {
  const life: Life = lives[name];
  const world = life.world?.() ?? new World();
  await known(world);
  const counted = countCalls(world);
  const states = watchStates(world);
  await life.live(world);
  const counts = { ...counted(), states: await states() };
  return { counts, runs: { ...world.runs } };
}
