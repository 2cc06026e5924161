import { epochMs, isoSeconds } from "../../functions/core/time.ts";
import { massMail, oneMail, permitFor, permitted, redeemed } from "../fakes/actions.ts";
import { sensitive } from "../fakes/asks.ts";
import { all, type Edit, edit, longWindows, withIdentities } from "../fakes/policy.ts";
import { asked, pendingGrant, routineGrant, twoStageGrant } from "../fakes/scenes.ts";
import type { World } from "../fakes/world.ts";
import { maskedGrant, withClaims } from "../functions/read-masked/claims.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export type Life = { edit?: Edit; live: (world: World) => Promise<unknown> };

const letExpire: Edit = (bundle) =>
  edit(bundle.catalogue.resources, "support-conversations", (each) => {
    each.onRelease = "expire";
  });

/** A minute as it goes by: what is due, what was ordered, what the stream brought. */
export async function minutes(world: World, count: number): Promise<void> {
  for (let each = 0; each < count; each += 1) {
    await world.advance(MINUTE);
    await world.sweep();
    await world.revokeAll();
    await world.publish();
  }
}

/** Lives of grants, each from its ask to a state in which only time is left to do something. */
export const lives: Record<string, Life> = {
  "nobody is asked, and it ends at its end": {
    live: async (world) => {
      const id = await routineGrant(world);
      await world.agent("finetune-pipeline").collect(id);
      await world.publish();
      await world.advance(MINUTE);
    },
  },
  "two stages by their links, collected, released, denied, proved": {
    live: async (world) => {
      const id = await twoStageGrant(world);
      await world.decide("priya", "approve");
      await world.decide("ingrid", "approve");
      await world.agent("analytics-copilot").collect(id);
      await world.agent("analytics-copilot").release(id);
      await world.writeDenials();
      await world.publish();
      await world.revokeAll();
    },
  },
  "two stages, the first by signature, the second never": {
    live: async (world) => {
      const id = await twoStageGrant(world);
      const { digest } = world.grant(id);
      await world.person("priya").decide(id, { decision: "approve", stage: 1, digest });
      await world.person("ingrid").resend(id);
      await world.askAgain();
      for (let hour = 0; hour < 26; hour += 4) {
        await world.advance(4 * HOUR);
        await world.sweep();
      }
    },
  },
  "rejected, and one that is taken back": {
    live: async (world) => {
      await pendingGrant(world);
      await world.decide("priya", "reject");
      const other = await pendingGrant(world);
      await world.agent("support-assistant").release(other);
    },
  },
  "starts later": {
    live: async (world) => {
      const startsAt = isoSeconds(world.now() + 10 * MINUTE);
      await routineGrant(world, { startsAt });
      await minutes(world, 12);
    },
  },
  "rotates twice, and is revoked while it does": {
    edit: longWindows,
    live: async (world) => {
      const id = await routineGrant(world, { windowSeconds: 10_800 });
      await world.advance(46 * MINUTE);
      await world.agent("finetune-pipeline").collect(id);
      world.sts.after = () => {
        throw new Error("died right after AssumeRole");
      };
      await world.advance(46 * MINUTE);
      world.sts.after = undefined;
      await world.person("samira").revoke(id);
      await minutes(world, 2);
    },
  },
  "its first attempt dies right after AssumeRole": {
    live: async (world) => {
      world.sts.after = () => {
        world.sts.after = undefined;
        throw new Error("died right after AssumeRole");
      };
      await routineGrant(world, { windowSeconds: 600 });
      await minutes(world, 3);
    },
  },
  "its workflow never starts, and sweep starts it": {
    live: async (world) => {
      world.workflow.beforeStart = () => {
        throw new Error("Step Functions does not answer");
      };
      await world
        .agent("finetune-pipeline")
        .ask({ resource: "support-conversations", access: "read", windowSeconds: 300, purpose: "train" });
      world.workflow.beforeStart = undefined;
      await minutes(world, 3);
    },
  },
  "a lockdown stands, is applied again, is lifted": {
    live: async (world) => {
      await routineGrant(world, { windowSeconds: 1_800 });
      const waiting = await pendingGrant(world);
      const reply = await world.person("samira").lockDown({ type: "agent", id: "finetune-pipeline" });
      await world.agent("finetune-pipeline").ask({
        ...{ resource: "support-conversations", access: "read", windowSeconds: 60, purpose: "again" },
      });
      await minutes(world, 2);
      await world.person("samira").lockDown({ type: "resource", id: "claims" });
      await world.decide("priya", "approve");
      await world.agent("support-assistant").release(waiting);
      await world.person("noor").lift((reply.body as { id: string }).id);
      await minutes(world, 1);
      await routineGrant(world);
    },
  },
  "masked rows are read, and it is released": {
    live: async (world) => {
      withClaims(world);
      const id = await maskedGrant(world);
      await world.agent("analytics-copilot").read(id, { limit: 7 });
      await world.agent("analytics-copilot").read(id, { limit: 7 });
      await world.agent("analytics-copilot").release(id);
    },
  },
  "an action's permit is redeemed, and its outcome told": {
    live: async (world) => {
      const { id, permit } = await permitted(world, oneMail);
      await redeemed(world, id, permit);
      await world.system("mail-gateway").outcome(id, { result: "done" });
      await minutes(world, 1);
    },
  },
  "an action waits for a person, and its permit is never redeemed": {
    live: async (world) => {
      const reply = await world.agent("support-assistant").act(massMail);
      const { id } = reply.body as { id: string };
      await world.decide("yara", "approve");
      await permitFor(world, id);
      await minutes(world, 1);
    },
  },
  "is extended, and both are revoked": {
    live: async (world) => {
      const id = await routineGrant(world, { windowSeconds: 600 });
      await world.agent("finetune-pipeline").extend(id, { windowSeconds: 900 });
      await world.person("samira").revoke(id);
      await world.revokeAll();
    },
  },
  "the glass is broken, and reviewed": {
    live: async (world) => {
      const id = await asked(world, "support-assistant", { ...sensitive, breakGlass: true });
      await world.askAgain();
      await world.agent("support-assistant").collect(id);
      await minutes(world, 2);
      await world.person("priya").review(id);
    },
  },
  "released to expire": {
    edit: letExpire,
    live: async (world) => {
      const id = await routineGrant(world, { windowSeconds: 300 });
      await world.agent("finetune-pipeline").collect(id);
      await world.agent("finetune-pipeline").release(id);
      await minutes(world, 1);
    },
  },
  "its events are parked, and published later": {
    edit: all(withIdentities("tomas")),
    live: async (world) => {
      world.bus.down = true;
      const id = await pendingGrant(world);
      await world.publish();
      await world.sweep();
      const { digest } = world.grant(id);
      await world.person("tomas").decide(id, { decision: "approve", stage: 1, digest });
      await world.publish();
      world.bus.down = false;
      await minutes(world, 6);
    },
  },
};

/** When all that can still happen has happened: windows, deadlines, and the margins after them. */
export async function untilOver(world: World): Promise<void> {
  await minutes(world, 2);
  const ends = world.fake
    .items()
    .flatMap(({ endsAt }) => (typeof endsAt === "string" ? [epochMs(endsAt)] : []));
  const last = Math.max(world.now(), ...ends);
  await world.advance(Math.min(last - world.now(), 12 * HOUR));
  await minutes(world, 7);
}
