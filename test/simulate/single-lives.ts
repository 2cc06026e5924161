import { massMail } from "../fakes/actions.ts";
import type { Reply } from "../fakes/api.ts";
import { routine, sensitive, twoStages } from "../fakes/asks.ts";
import type { World } from "../fakes/world.ts";
import type { Actor, Life } from "./lives.ts";

/** A life of its own, and what must come of it whatever one call did. */
export type Single = {
  live: Life;
  /** How the grant may end, and events that must be there, in any order. */
  ends: readonly string[];
  has: readonly string[];
  grants: number;
  /** Whether the record is exported meanwhile, and read again at the end. */
  exports?: true;
};

const TRIES = 8;
/** Tries again while Latchkey says that it could not, and after a while when nothing was ready. */
async function patiently({ engine }: Actor, work: (world: World) => Promise<Reply>): Promise<Reply> {
  let reply = await work(engine.world);
  for (let tries = 1; tries < TRIES && (reply.status >= 500 || reply.code === "not_ready"); tries += 1) {
    await engine.sleep(25_000);
    reply = await work(engine.world);
  }
  return reply;
}
const key = (name: string) => ({ "Idempotency-Key": name });
const idOf = (reply: Reply): string => (reply.body as { id: string }).id;

async function asks(actor: Actor, agent: string, body: object): Promise<string> {
  const id = idOf(await patiently(actor, (world) => world.agent(agent).ask(body, key("once"))));
  actor.ids.push(id);
  return id;
}
const collects = (actor: Actor, agent: string, id: string) =>
  patiently(actor, (world) => world.agent(agent).collect(id));

/** With the newest mail, as soon as there is one. */
async function decides({ engine }: Actor, person: string, id: string): Promise<void> {
  const { world } = engine;
  for (let tries = 0; tries < 40; tries += 1) {
    await engine.sleep(10_000);
    const mail = world.mail.inbox.findLast(
      ({ to, text }) => to.startsWith(`${person}.`) && text.includes(id),
    );
    if (!mail) continue;
    const form = new URLSearchParams({ decision: "approve", code: mail.code }).toString();
    const answer = await world.submit(mail.token, form).catch(() => ({ status: 502 }));
    if (answer.status < 500) return;
  }
}

const TRAINER = "finetune-pipeline";
const ASSISTANT = "support-assistant";
const COPILOT = "analytics-copilot";

export const singles: Record<string, Single> = {
  "without a person": {
    live: async (actor) =>
      void (await collects(actor, TRAINER, await asks(actor, TRAINER, { ...routine, windowSeconds: 300 }))),
    ends: ["ENDED"],
    has: ["credentials.collected"],
    grants: 1,
    exports: true,
  },
  "with a stage of approval": {
    live: async (actor) => {
      const id = await asks(actor, ASSISTANT, sensitive);
      await decides(actor, "priya", id);
      await collects(actor, ASSISTANT, id);
    },
    ends: ["ENDED"],
    has: ["grant.approved", "credentials.collected"],
    grants: 1,
  },
  "with two stages": {
    live: async (actor) => {
      const id = await asks(actor, COPILOT, twoStages);
      await decides(actor, "tomas", id);
      await decides(actor, "ingrid", id);
      await collects(actor, COPILOT, id);
    },
    ends: ["ENDED"],
    has: ["grant.stage_approved", "grant.approved", "credentials.collected"],
    grants: 1,
  },
  "reminded of, and decided by signature": {
    live: async (actor) => {
      const { engine } = actor;
      const id = await asks(actor, ASSISTANT, sensitive);
      await engine.sleep(13 * 3_600_000);
      const word = { decision: "approve", stage: 1, digest: engine.world.grant(id).digest };
      await patiently(actor, (world) => world.person("priya").decide(id, word));
      await collects(actor, ASSISTANT, id);
    },
    ends: ["ENDED"],
    has: ["grant.approved", "credentials.collected"],
    grants: 1,
  },
  "that is renewed": {
    live: async (actor) => {
      const id = await asks(actor, TRAINER, { ...routine, windowSeconds: 1_200 });
      await collects(actor, TRAINER, id);
      await actor.engine.sleep(240_000);
      await collects(actor, TRAINER, id);
    },
    ends: ["ENDED"],
    has: ["grant.rotated", "credentials.collected"],
    grants: 1,
  },
  "that is extended": {
    live: async (actor) => {
      const base = await asks(actor, TRAINER, { ...routine, windowSeconds: 600 });
      await collects(actor, TRAINER, base);
      const more = await patiently(actor, (world) =>
        world.agent(TRAINER).extend(base, { windowSeconds: 180 }, key("again")),
      );
      await collects(actor, TRAINER, idOf(more));
    },
    ends: ["ENDED"],
    has: ["credentials.collected"],
    grants: 2,
  },
  "given back early": {
    live: async (actor) => {
      const id = await asks(actor, TRAINER, { ...routine, windowSeconds: 900 });
      await collects(actor, TRAINER, id);
      await patiently(actor, (world) => world.agent(TRAINER).release(id));
    },
    ends: ["REVOKED"],
    has: ["grant.revoking", "grant.revoked"],
    grants: 1,
  },
  "that security revokes": {
    live: async (actor) => {
      const id = await asks(actor, ASSISTANT, { ...sensitive, breakGlass: true });
      await collects(actor, ASSISTANT, id);
      await patiently(actor, (world) => world.person("samira").revoke(id));
    },
    ends: ["REVOKED"],
    has: ["review.opened", "grant.revoking", "grant.revoked"],
    grants: 1,
  },
  "under a lockdown, which is lifted": {
    live: async (actor) => {
      const id = await asks(actor, TRAINER, { ...routine, windowSeconds: 900 });
      await collects(actor, TRAINER, id);
      const target = { type: "agent", id: TRAINER };
      const set = await patiently(actor, (world) =>
        world.person("samira").lockDown(target, "an incident", key("lock")),
      );
      await actor.engine.sleep(130_000);
      await patiently(actor, (world) => world.person("noor").lift(idOf(set)));
    },
    ends: ["REVOKED"],
    has: ["lockdown.set", "lockdown.lifted", "grant.revoked"],
    grants: 1,
  },
  "with the glass broken": {
    live: async (actor) => {
      const id = await asks(actor, ASSISTANT, { ...sensitive, breakGlass: true });
      await collects(actor, ASSISTANT, id);
      await patiently(actor, (world) => world.person("ingrid").review(id));
    },
    ends: ["ENDED"],
    has: ["review.opened", "credentials.collected"],
    grants: 1,
  },
  "of an action, by permit": {
    live: async (actor) => {
      const { engine } = actor;
      const client = (world: World) => world.agent(ASSISTANT);
      const id = idOf(await patiently(actor, (world) => client(world).act(massMail, key("once"))));
      actor.ids.push(id);
      await decides(actor, "yara", id);
      let permit: string | undefined;
      for (let tries = 0; tries < 20 && permit === undefined; tries += 1) {
        const seen = await patiently(actor, (world) => client(world).action(id));
        permit = (seen.body as { permit?: string }).permit;
        if (permit === undefined) await engine.sleep(15_000);
      }
      const { parameters } = massMail;
      const gateway = (world: World) => world.system("mail-gateway");
      await patiently(actor, (world) => gateway(world).redeem(id, { permit, parameters }, key("redeem")));
      const outcome = { result: "done", detail: "sent" };
      await patiently(actor, (world) => gateway(world).outcome(id, outcome));
    },
    ends: ["ENDED"],
    has: ["grant.approved", "permit.redeemed"],
    grants: 1,
  },
  "of masked rows": {
    live: async (actor) => {
      const body = {
        ...sensitive,
        scope: undefined,
        masked: true,
        windowSeconds: 600,
        purpose: "Count claims",
      };
      const id = await asks(actor, COPILOT, body);
      await patiently(actor, (world) => world.agent(COPILOT).read(id, { limit: 3 }));
    },
    ends: ["ENDED"],
    has: ["grant.activated", "data.read"],
    grants: 1,
  },
};
