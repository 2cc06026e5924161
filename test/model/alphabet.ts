import { fromItem } from "../../functions/aws/table/grants.ts";
import type { Grant } from "../../functions/core/grant/grant.ts";
import { openStage } from "../../functions/core/grant/grant.ts";
import type { ProbeMessage } from "../../functions/core/probe.ts";
import { routine, sensitive } from "../fakes/asks.ts";
import { edit } from "../fakes/policy.ts";
import { World } from "../fakes/world.ts";
import { type Random, Schedule, type Task } from "./schedule.ts";

/** What may be done to a world: the model's processes, by the real code. Undefined: not now. */
type Action = (run: Run) => Promise<unknown> | undefined;
export type Run = {
  world: World;
  schedule: Schedule;
  random: Random;
  /** Resources under a lockdown of which its setter was told that all is stopped. */
  lockedDown: Set<string>;
  /** What was handed to the prover. */
  handed: ProbeMessage[];
};

const RESOURCES = ["support-conversations", "claims"] as const;
const AGENT = { "support-conversations": "finetune-pipeline", claims: "support-assistant" } as const;
// The FIFO queue's visibility timeout: a message whose run died comes again after it, and no other of its group before.
const HIDDEN_MS = 360_000;

/** A world whose sessions are short, so that windows outlast them, and whose IAM takes its time to be heard of. */
export function runOf(random: Random): Run {
  const releases = random.pick(["deny", "expire"] as const);
  const world = new World((bundle) =>
    edit(bundle.catalogue.resources, "support-conversations", (each) => {
      each.onRelease = releases;
    }),
  );
  const handed: ProbeMessage[] = [];
  const deps = world.deps.bind(world);
  world.deps = () => ({
    ...deps(),
    ...{ longestSessionSeconds: 900, rotateBeforeSeconds: 60 },
    queueProbes: (messages) => {
      handed.push(...messages.map(({ message }) => message));
      return world.probes.queue(messages);
    },
  });
  world.iam.delayMs = () => random.below(10_000);
  world.workflow.paused = true;
  return { world, schedule: new Schedule(world), random, lockedDown: new Set(), handed };
}

const asksRoutine = ({ world }: Run) =>
  world.agent(AGENT["support-conversations"]).ask({ ...routine, windowSeconds: 3600 });

/** Where a schedule may begin: a grant that waits for people, or for its mint; a session that is live, or due for renewal. */
export const beginnings = {
  nothing: async (_run: Run) => undefined,
  pending: async ({ world }: Run) => void (await world.agent(AGENT.claims).ask(sensitive)),
  approved: async (run: Run) => void (await asksRoutine(run)),
  active: async (run: Run) => {
    await asksRoutine(run);
    for (const { id } of grantsOf(run.world)) await run.world.mint(id);
  },
  rotation: async (run: Run) => {
    await beginnings.active(run);
    run.world.tick(850_000);
  },
};

// An item of the fake table never changes (another takes its place), so each is parsed once.
const parsed = new WeakMap<object, Grant>();
function grantIn(item: Record<string, unknown>): Grant {
  const grant = parsed.get(item) ?? fromItem(item);
  parsed.set(item, grant);
  return grant;
}
export const grantsOf = (world: World): Grant[] =>
  world.fake.items().flatMap((item) => (item.entity === "grant" ? [grantIn(item)] : []));
const oneOf = ({ world, random }: Run, ...statuses: string[]): Grant | undefined => {
  const fitting = grantsOf(world).filter(({ status }) => statuses.length === 0 || statuses.includes(status));
  return fitting.length === 0 ? undefined : random.pick(fitting);
};
const OPEN = ["PENDING", "APPROVED", "ACTIVATING", "ACTIVE", "REVOKING"];
/** One open grant of each resource at a time, and a few in all. */
const mayAsk = ({ world }: Run, resource: string): boolean => {
  const grants = grantsOf(world).filter((each) => each.resource.id === resource);
  return grants.length < 4 && !grants.some(({ status }) => OPEN.includes(status));
};

const decides =
  (decision: "approve" | "reject"): Action =>
  (run) => {
    const grant = oneOf(run, "PENDING");
    const stage = grant && openStage(grant);
    if (!grant || !stage) return undefined;
    const { digest, id } = grant;
    return run.world.person("priya").decide(id, { decision, stage: stage.stage, digest });
  };

/** Delivers the deny queue as FIFO does: one run at a time, and after one that died not before its messages come again. */
function writesDenials({ world, schedule }: Run): Promise<unknown> | undefined {
  const runs = schedule.tasks.filter(({ name }) => name === "writeDenials");
  const isHidden = (task: Task) =>
    task.state === "running" || (task.state === "dead" && world.now() - task.startedAt < HIDDEN_MS);
  if (runs.some(isHidden)) return undefined;
  for (const task of runs.filter(({ state }) => state === "dead")) {
    world.queue.messages.unshift(...((task.memory.get("messages") ?? []) as typeof world.queue.messages));
    task.memory.delete("messages");
  }
  return world.queue.messages.length > 0 ? world.writeDenials() : undefined;
}

/** Once, for nothing goes on under it. */
function locksDown({ world, random, lockedDown, schedule }: Run): Promise<void> | undefined {
  if (schedule.tasks.some(({ name }) => name === "lockDown")) return undefined;
  return (async () => {
    const id = random.pick(RESOURCES);
    const reply = await world.person("samira").lockDown({ type: "resource", id });
    if ((reply.body as { complete?: boolean }).complete === true) lockedDown.add(id);
  })();
}

const on =
  (statuses: readonly string[], work: (run: Run, grant: Grant) => Promise<unknown>): Action =>
  (run) => {
    const grant = oneOf(run, ...statuses);
    return grant && work(run, grant);
  };

/** The alphabet, and how often each letter comes. */
export const alphabet: Record<string, { weight: number; action: Action }> = {
  askRoutine: {
    weight: 3,
    action: (run) => (mayAsk(run, "support-conversations") ? asksRoutine(run) : undefined),
  },
  askSensitive: {
    weight: 3,
    action: (run) => (mayAsk(run, "claims") ? run.world.agent(AGENT.claims).ask(sensitive) : undefined),
  },
  approve: { weight: 4, action: decides("approve") },
  reject: { weight: 1, action: decides("reject") },
  mint: {
    weight: 8,
    action: on(["APPROVED", "ACTIVATING", "ACTIVE"], ({ world }, { id }) => world.mint(id)),
  },
  release: {
    weight: 1,
    action: on(OPEN, ({ world }, { id, agent }) => world.agent(agent.id).release(id)),
  },
  revoke: { weight: 1, action: on(OPEN, ({ world }, { id }) => world.person("samira").revoke(id)) },
  lockDown: { weight: 1, action: locksDown },
  endAccess: {
    weight: 1,
    action: on(["ACTIVATING", "ACTIVE", "REVOKING"], ({ world }, { id }) => world.end(id)),
  },
  sweep: { weight: 1, action: ({ world }) => world.sweep() },
  writeDenials: { weight: 4, action: writesDenials },
  prove: {
    weight: 4,
    action: ({ world }) =>
      (world.probes.nextDue() ?? Number.POSITIVE_INFINITY) <= world.now() ? world.prove() : undefined,
  },
};
