import { massMail, oneMail } from "../fakes/actions.ts";
import type { Reply } from "../fakes/api.ts";
import { routine, sensitive, twoStages } from "../fakes/asks.ts";
import { all, demand, type Edit, edit, longWindows } from "../fakes/policy.ts";
import type { Engine } from "./engine.ts";
import type { Random } from "./random.ts";

/** What a client asked and was told. */
export type Said = {
  what: string;
  from: number;
  to: number;
  status: number;
  id: string | undefined;
  key?: string | undefined;
  body: unknown;
};

/** Somebody outside: with the patience of a client, and a memory of what was said. */
export type Actor = { name: string; engine: Engine; random: Random; said: Said[]; ids: string[] };
export type Life = (actor: Actor) => Promise<void>;

const TRIES = 6;

/** A call that is tried again while Latchkey could not, or nobody heard its answer. */
async function call(
  { engine, random, said, name }: Actor,
  what: string,
  { id, key, work }: { id?: string | undefined; key?: string; work: () => Promise<Reply> },
): Promise<Reply> {
  for (let tries = 1; ; tries += 1) {
    const from = engine.now();
    const reply = await work();
    const { status, body, code } = reply;
    engine.note(`${name} ${what} ${id ?? ""} -> ${status} ${code ?? ""}`);
    const given = (body as { id?: string }).id;
    said.push({ what, from, to: engine.now(), status, id: id ?? given, key, body });
    const again = status >= 500 || status === 429 || code === "not_ready";
    if (!again || tries === TRIES) return reply;
    await engine.sleep(random.spread(500, 20_000));
  }
}

const AGENTS = ["finetune-pipeline", "support-assistant", "analytics-copilot"] as const;
type AgentName = (typeof AGENTS)[number];

async function ask(actor: Actor, agent: AgentName, body: object): Promise<string | undefined> {
  const key = `key-${actor.name}`;
  const client = actor.engine.world.agent(agent);
  const send = () => call(actor, "ask", { key, work: () => client.ask(body, { "Idempotency-Key": key }) });
  // A repeat at the same instant, as a proxy makes one.
  const [reply] = await Promise.all([send(), ...(actor.random.chance(0.2) ? [send()] : [])]);
  if (reply?.status !== 201) return undefined;
  const { id } = reply.body as { id: string };
  actor.ids.push(id);
  return id;
}

async function collect(actor: Actor, agent: AgentName, id: string): Promise<void> {
  await call(actor, "collect", { id, work: () => actor.engine.world.agent(agent).collect(id) });
}

const pause = ({ engine, random }: Actor, most = 60_000) => engine.sleep(random.spread(1, most));

/** What an agent does with what it was granted: uses it, gives it back, goes on. */
async function use(actor: Actor, agent: AgentName, id: string): Promise<void> {
  const { random, engine } = actor;
  await collect(actor, agent, id);
  for (let times = random.below(3); times > 0; times -= 1) {
    await pause(actor, 200_000);
    await collect(actor, agent, id);
  }
  const client = engine.world.agent(agent);
  if (random.chance(0.3)) {
    const key = `again-${actor.name}`;
    const extended = await call(actor, "extend", {
      id,
      work: () => client.extend(id, { windowSeconds: random.pick([60, 180]) }, { "Idempotency-Key": key }),
    });
    const next = (extended.body as { id?: string }).id;
    if (extended.status === 201 && next) await collect(actor, agent, next);
  }
  if (random.chance(0.4)) await call(actor, "release", { id, work: () => client.release(id) });
}

/** One person's word, by the link of a mail or signed; people look at their mail again and again. */
async function word(actor: Actor, person: string, id: string, decision: "approve" | "reject"): Promise<void> {
  const { engine, random } = actor;
  const { world } = engine;
  const signs = random.chance(0.4) && ["priya", "ingrid", "maya"].includes(person);
  for (let tries = 0; tries < 8; tries += 1) {
    await engine.sleep(random.spread(200, 60_000));
    if (signs) {
      const grant = world.grantOrNone(id);
      const stage = grant?.stages.find(({ status }) => status === "open");
      if (!grant || !stage) continue;
      const said = { decision, stage: stage.stage, digest: grant.digest };
      const reply = await call(actor, "decide", { id, work: () => world.person(person).decide(id, said) });
      if (reply.status < 500) return;
      continue;
    }
    const mail = world.mail.inbox.findLast(
      ({ to, token, text }) => to.startsWith(`${person}.`) && token !== "" && text.includes(id),
    );
    if (!mail) continue;
    const form = new URLSearchParams({ decision, code: mail.code }).toString();
    const answer = await world.submit(mail.token, form).catch(() => ({ status: 502 }));
    engine.note(`${person} says ${decision} of ${id} -> ${answer.status}`);
    if (answer.status < 500) return;
  }
}

/** Everybody who is asked, each in their own time; now and then one says no, or nobody answers. */
function people(actor: Actor, id: string, who: readonly string[]): void {
  const { random } = actor;
  if (random.chance(0.1)) return;
  for (const person of who) {
    const decision = random.chance(0.07) ? "reject" : "approve";
    void word(actor, person, id, decision);
    // In another window of theirs, too.
    if (random.chance(0.25)) void word(actor, person, id, decision);
  }
}

const later = ({ engine, random }: Actor, part: number) =>
  random.chance(part)
    ? {
        startsAt: new Date(
          Math.floor(engine.now() / 1000) * 1000 + random.between(60, 400) * 1000,
        ).toISOString(),
      }
    : {};

/** An open grant, of anybody: whoever stops things does not look whose it is. */
function someGrant({ engine, random }: Actor): string | undefined {
  const open = engine.world.fake
    .items()
    .filter(
      ({ entity, status }) => entity === "grant" && !/ED$/.test(String(status).replace("APPROVED", "")),
    );
  return open.length === 0 ? undefined : String(random.pick(open).id);
}

const stopping = {
  "lockdown of an agent": () => ({ type: "agent", id: "finetune-pipeline" }),
  "lockdown of a resource": () => ({ type: "resource", id: "claims" }),
  "lockdown of a role": () => ({ type: "role", id: "training-data" }),
  "lockdown of everything": () => ({ type: "everything" }),
} as const;

async function lockDown(actor: Actor, target: object): Promise<void> {
  const { engine, random } = actor;
  const { world } = engine;
  const set = await call(actor, "lockdown", { work: () => world.person("samira").lockDown(target) });
  const { id } = set.body as { id?: string };
  if (!id || random.chance(0.4)) return;
  await engine.sleep(random.spread(100, 240_000));
  await call(actor, "lift", { id, work: () => world.person("noor").lift(id) });
}

/** Every sort of life there is; each actor of a simulation leads one. */
export const lives: Record<string, { weight: number; live: Life }> = {
  routine: {
    weight: 6,
    live: async (actor) => {
      const windowSeconds = actor.random.pick([60, 60, 120, 300, 900]);
      const id = await ask(actor, "finetune-pipeline", { ...routine, windowSeconds, ...later(actor, 0.15) });
      if (id) await use(actor, "finetune-pipeline", id);
    },
  },
  renewed: {
    weight: 3,
    live: async (actor) => {
      const id = await ask(actor, "finetune-pipeline", { ...routine, windowSeconds: 2_400 });
      if (id) await use(actor, "finetune-pipeline", id);
    },
  },
  "one stage": {
    weight: 4,
    live: async (actor) => {
      const id = await ask(actor, "support-assistant", { ...sensitive, ...later(actor, 0.4) });
      if (!id) return;
      people(actor, id, ["priya", "tomas"]);
      await actor.engine.sleep(actor.random.spread(1_000, 200_000));
      await use(actor, "support-assistant", id);
    },
  },
  "two stages": {
    weight: 3,
    live: async (actor) => {
      const id = await ask(actor, "analytics-copilot", { ...twoStages, ...later(actor, 0.3) });
      if (!id) return;
      people(actor, id, ["priya", "tomas", "ingrid", "kwame"]);
      await actor.engine.sleep(actor.random.spread(1_000, 300_000));
      await use(actor, "analytics-copilot", id);
    },
  },
  masked: {
    weight: 2,
    live: async (actor) => {
      const body = {
        ...sensitive,
        scope: undefined,
        masked: true,
        windowSeconds: 300,
        purpose: "Count claims",
      };
      const id = await ask(actor, "analytics-copilot", body);
      if (!id) return;
      const client = actor.engine.world.agent("analytics-copilot");
      for (let times = 1 + actor.random.below(2); times > 0; times -= 1) {
        await call(actor, "read", { id, work: () => client.read(id, { limit: 3 }) });
        await pause(actor, 100_000);
      }
      if (actor.random.chance(0.4)) await call(actor, "release", { id, work: () => client.release(id) });
    },
  },
  "broken glass": {
    weight: 1,
    live: async (actor) => {
      const id = await ask(actor, "support-assistant", { ...sensitive, breakGlass: true });
      if (id) await use(actor, "support-assistant", id);
    },
  },
  action: {
    weight: 3,
    live: async (actor) => {
      const { engine, random, name } = actor;
      const { world } = engine;
      const [body, who] = random.pick([
        [oneMail, []],
        [massMail, ["yara"]],
      ] as const);
      const client = world.agent("support-assistant");
      const key = `key-${name}`;
      const reply = await call(actor, "ask", {
        key,
        work: () => client.act(body, { "Idempotency-Key": key }),
      });
      if (reply.status !== 201) return;
      const { id } = reply.body as { id: string };
      actor.ids.push(id);
      people(actor, id, who);
      let permit: string | undefined;
      for (let tries = 0; tries < 10 && permit === undefined; tries += 1) {
        await engine.sleep(random.spread(200, 40_000));
        const seen = await call(actor, "look", { id, work: () => client.action(id) });
        permit = (seen.body as { permit?: string }).permit;
      }
      if (permit === undefined) return;
      const { parameters } = body;
      const redeems = () =>
        call(actor, "redeem", {
          id,
          work: () => world.system("mail-gateway").redeem(id, { permit, parameters }),
        });
      const [done] = await Promise.all([redeems(), ...(random.chance(0.5) ? [redeems()] : [])]);
      if (done?.status === 200) {
        const outcome = { result: "done", detail: "sent" };
        await call(actor, "outcome", { id, work: () => world.system("mail-gateway").outcome(id, outcome) });
      }
    },
  },
  revoke: {
    weight: 4,
    live: async (actor) => {
      for (let times = 1 + actor.random.below(2); times > 0; times -= 1) {
        const id = someGrant(actor);
        if (id)
          await call(actor, "revoke", { id, work: () => actor.engine.world.person("samira").revoke(id) });
        await pause(actor, 100_000);
      }
    },
  },
  ...Object.fromEntries(
    Object.entries(stopping).map(([name, target]) => [
      name,
      { weight: 1, live: (actor: Actor) => lockDown(actor, target()) },
    ]),
  ),
  deploy: {
    weight: 1,
    live: async ({ engine, random }) => {
      const name = random.pick(Object.keys(changes));
      engine.note(`deploy: ${name}`);
      engine.world.deploy(changes[name]);
    },
  },
};

const released: Edit = (bundle) =>
  edit(bundle.catalogue.resources, "support-conversations", (resource) => {
    resource.onRelease = "expire";
  });
/** What is deployed when a simulation begins. */
export const beginnings: readonly Edit[] = [
  longWindows,
  all(longWindows, released),
  all(longWindows, demand("personal-data-needs-privacy", { quorum: 2 })),
];
/** What may be deployed meanwhile: of several of these, the last one stands. */
const changes: Record<string, Edit> = {
  "two of privacy": all(longWindows, demand("personal-data-needs-privacy", { quorum: 2 })),
  "claims are elsewhere": all(longWindows, (bundle) =>
    edit(bundle.catalogue.resources, "claims", (resource) => {
      resource.arn = resource.arn.replace("/claims/", "/claims-moved/");
    }),
  ),
  "as it was": longWindows,
};
