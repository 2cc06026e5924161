import { describe, expect, it } from "vitest";
import type { Status } from "../../../functions/core/grant/grant.ts";
import { isTerminal } from "../../../functions/core/grant/transitions.ts";
import type { Reply } from "../../fakes/api.ts";
import { routine, sensitive } from "../../fakes/asks.ts";
import { checkWorld } from "../../fakes/check-world.ts";
import { breakCall, faultKinds } from "../../fakes/every-call.ts";
import { longWindows } from "../../fakes/policy.ts";
import { World } from "../../fakes/world.ts";

/** Time goes by, with the sweeper at work and the deny queue delivered. */
async function pass(world: World, ms: number): Promise<void> {
  await world.advance(ms);
  await world.sweep().catch(() => undefined);
  await world.revokeAll();
}

/** A client that tries again when Latchkey says that it could not. */
async function patiently(world: World, call: () => Promise<Reply>): Promise<Reply> {
  let reply = await call();
  for (let tries = 0; tries < 5 && (reply.status >= 500 || reply.code === "not_ready"); tries += 1) {
    await pass(world, 30_000);
    reply = await call();
  }
  return reply;
}

/** A person who tries again, with the newest mail. */
async function decidePatiently(world: World): Promise<void> {
  for (let tries = 0; tries < 5; tries += 1) {
    try {
      if ((await world.decide("priya", "approve")).status < 500) return;
    } catch {
      await pass(world, 60_000);
    }
  }
}

const key = { "Idempotency-Key": "once" };
const lives = {
  "without a person": async (world: World) => {
    const agent = world.agent("finetune-pipeline");
    const { id } = (await patiently(world, () => agent.ask({ ...routine, windowSeconds: 180 }, key)))
      .body as { id: string };
    await patiently(world, () => agent.collect(id));
    return id;
  },
  "with a stage of approval": async (world: World) => {
    const agent = world.agent("support-assistant");
    const { id } = (await patiently(world, () => agent.ask(sensitive, key))).body as { id: string };
    await decidePatiently(world);
    await patiently(world, () => agent.collect(id));
    return id;
  },
  "reminded of and decided by signature": async (world: World) => {
    const agent = world.agent("support-assistant");
    const { id } = (await patiently(world, () => agent.ask(sensitive, key))).body as { id: string };
    await pass(world, 130_000);
    await pass(world, 12 * 3_600_000);
    await pass(world, 130_000);
    const word = { decision: "approve", stage: 1, digest: world.grant(id).digest };
    await patiently(world, () => world.person("priya").decide(id, word));
    await patiently(world, () => agent.collect(id));
    return id;
  },
  "released early": async (world: World) => {
    const agent = world.agent("finetune-pipeline");
    const { id } = (await patiently(world, () => agent.ask({ ...routine, windowSeconds: 600 }, key)))
      .body as { id: string };
    await patiently(world, () => agent.release(id));
    await world.revokeAll();
    return id;
  },
  "that is renewed": async (world: World) => {
    const agent = world.agent("finetune-pipeline");
    const { id } = (await patiently(world, () => agent.ask({ ...routine, windowSeconds: 4_200 }, key)))
      .body as { id: string };
    await patiently(world, () => agent.collect(id));
    for (let times = 0; times < 6; times += 1) await pass(world, 10 * 60_000 - 20_000);
    await patiently(world, () => agent.collect(id));
    return id;
  },
  "that is extended": async (world: World) => {
    const agent = world.agent("finetune-pipeline");
    const { id: base } = (await patiently(world, () => agent.ask({ ...routine, windowSeconds: 600 }, key)))
      .body as { id: string };
    await patiently(world, () => agent.collect(base));
    const again = { "Idempotency-Key": "again" };
    const { id } = (await patiently(world, () => agent.extend(base, { windowSeconds: 180 }, again))).body as {
      id: string;
    };
    await patiently(world, () => agent.collect(id));
    return id;
  },
} as const;
const ENDS = {
  "without a person": ["ENDED"],
  "with a stage of approval": ["ENDED"],
  "reminded of and decided by signature": ["ENDED"],
  "released early": ["REVOKED", "CANCELLED"],
  "that is renewed": ["ENDED"],
  "that is extended": ["ENDED"],
};
type Life = keyof typeof lives;

const grantsOf = (world: World) => world.fake.items().filter(({ entity }) => entity === "grant");

async function live(name: Life, nth: number, kind: (typeof faultKinds)[number]) {
  const world = new World(longWindows);
  const calls = breakCall(world, nth, kind);
  const id = await lives[name](world);
  const wasDelivered = world.history(id).includes("credentials.collected");
  await world.advance(900_000);
  await world.revokeAll();
  const used = calls();
  // Until it is over, and two minutes more: what is over stays as it is.
  for (let minute = 0, after = 0; minute < 25 && after < 2; minute += 1) {
    await pass(world, 60_000);
    if (grantsOf(world).every(({ status }) => isTerminal(status as Status))) after += 1;
  }
  return { world, id, wasDelivered, used };
}

describe.each(Object.keys(lives) as Life[])(
  "a grant %s, while one call to AWS goes wrong (I-01, I-17, I-39, I-42, I-47)",
  (name) => {
    it.each(faultKinds)(
      "any call, %s: one grant, closed in bounded time, nothing left undenied",
      async (kind) => {
        const calm = await live(name, 0, kind);
        expect(ENDS[name]).toContain(calm.world.status(calm.id));
        for (let nth = 1; nth <= calm.used; nth += 1) {
          const { world, id, wasDelivered } = await live(name, nth, kind);
          const where = `${kind} call ${nth} of ${calm.used}`;
          const grants = grantsOf(world);
          expect(grants.length, `one grant: ${where}`).toBe(name === "that is extended" ? 2 : 1);
          for (const { status } of grants) expect(isTerminal(status as Status), where).toBe(true);
          expect(isTerminal(world.grant(id).status), `${world.status(id)}: ${where}`).toBe(true);
          if (name !== "released early") expect(wasDelivered, `delivered: ${where}`).toBe(true);
          const reminders = world.events("approval.asked").filter(({ facts }) => facts.code === "reminder");
          expect(reminders.length > 0, `reminded: ${where}`).toBe(name.startsWith("reminded"));
          checkWorld(world);
        }
      },
      180_000, // a life for each call that can go wrong, on a machine that does other things too
    );
  },
);
