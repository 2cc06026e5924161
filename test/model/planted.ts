import { GetCommand, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { Command } from "../fakes/table.ts";
import type { Run } from "./alphabet.ts";
import { type Focus, focuses } from "./conform.ts";
import { currentTask } from "./schedule.ts";

type Send = (command: Command) => Promise<unknown>;

/** Puts something between the functions and the table. */
function between({ world }: Run, change: (command: Command, send: Send) => Promise<unknown>): void {
  const client = world.fake.table.client as { send: Send };
  const send = client.send;
  client.send = (command) => change(command, send);
}

const isTask = (...names: string[]): boolean => names.includes(currentTask()?.name ?? "");
const textOf = (command: Command): string => JSON.stringify(command.input);
const movesTo = (command: Command, ...statuses: string[]): command is TransactWriteCommand =>
  command instanceof TransactWriteCommand &&
  statuses.some((status) => textOf(command).includes(`"status":"${status}"`));

/** Writes of certain tasks that move a grant to a status, as they are without their conditions. */
const unconditional =
  (tasks: readonly string[], ...statuses: string[]) =>
  (run: Run): void =>
    between(run, (command, send) => {
      if (!isTask(...tasks) || !movesTo(command, ...statuses)) return send(command);
      const { TransactItems = [], ...rest } = command.input;
      const bare = TransactItems.map(({ Put, ...item }) => {
        if (!Put) return item;
        const { TableName, Item } = Put;
        return { Put: { TableName, Item } };
      });
      return send(new TransactWriteCommand({ ...rest, TransactItems: bare }));
    });

/** A query that is answered as things were when the task began: what comes first in the code comes too early. */
const tooEarly =
  (task: string, matches: (command: QueryCommand) => boolean) =>
  (run: Run): void =>
    between(run, async (command, send) => {
      const { memory } = currentTask() ?? {};
      if (!memory || !isTask(task)) return send(command);
      // What the task will ask is not known yet, so the whole table is kept.
      if (!memory.has("then")) memory.set("then", run.world.fake.items());
      if (!(command instanceof QueryCommand) || !matches(command)) return send(command);
      await send(command);
      const { ":pk": pk, ":prefix": prefix } = command.input.ExpressionAttributeValues ?? {};
      const then = memory.get("then") as ReturnType<typeof run.world.fake.items>;
      return { Items: then.filter((item) => item.pk === pk && String(item.sk).startsWith(String(prefix))) };
    });

/** What IAM is told takes minutes to be heard of, and every second minute the roles refuse everybody. */
function slowAndFailing(run: Run, controlIs: "asked" | "believed"): void {
  const { world } = run;
  world.iam.delayMs = () => 150_000;
  world.probes.answer = ({ sessionName }) => {
    const isControl = sessionName.startsWith("lk.control.");
    if (isControl && controlIs === "believed") return { is: "allowed" };
    return Math.floor(world.now() / 60_000) % 2 === 0 ? { is: "refused", explicit: false } : undefined;
  };
}

const queries = (what: string) => (command: QueryCommand) => textOf(command).includes(what);

/** The world as it may well be, at its worst: the code must cope with it. */
export const worlds: Record<string, (run: Run) => void> = {
  "as it is": () => undefined,
  "an IAM that is slow, and roles that refuse everybody now and then": (run) => slowAndFailing(run, "asked"),
};

/**
 * The code with one fence less, each as a change of what it is given: a table that ignores a condition, an answer from
 * before, an IAM or a prober that is believed. Named as in the model, with what must then be noticed.
 */
export const planted: Record<string, { plant: (run: Run) => void; focus: Focus; noticed: RegExp }> = {
  NO_DECISION_CONDITION: {
    plant: unconditional(["approve", "reject"], "APPROVED", "REJECTED"),
    focus: focuses.deciding,
    noticed: /I41|chain/,
  },
  NO_CLAIM_CONDITION: {
    plant: unconditional(["mint"], "ACTIVATING"),
    focus: focuses.minting,
    noticed: /I02|I41|chain/,
  },
  NO_CONDITIONAL_ACTIVE: {
    plant: unconditional(["mint"], "ACTIVE"),
    focus: focuses.stopping,
    noticed: /I41/,
  },
  NO_LOCKDOWN_READ_AFTER_CLAIM: {
    plant: tooEarly("mint", queries('":pk":"LOCKDOWN"')),
    focus: focuses.lockingDown,
    noticed: /I71/,
  },
  LOCKDOWN_READS_FIRST: {
    plant: tooEarly("lockDown", queries("LIVE#")),
    focus: focuses.lockingDown,
    noticed: /I71/,
  },
  NO_DENY_IN_STOP: {
    plant: (run) =>
      between(run, (command, send) => {
        if (!movesTo(command, "REVOKING")) return send(command);
        const { TransactItems = [], ...rest } = command.input;
        const kept = TransactItems.filter(({ Put }) => Put?.Item?.entity !== "deny");
        return send(new TransactWriteCommand({ ...rest, TransactItems: kept }));
      }),
    focus: focuses.stopping,
    noticed: /I25_stopped/,
  },
  LEASE_SHORTER_THAN_A_RUN: {
    plant: ({ schedule }) => {
      schedule.longestRunMs = Number.POSITIVE_INFINITY;
    },
    focus: focuses.minting,
    noticed: /I02/,
  },
  RELEASED_WHILE_ROTATING: {
    plant: (run) =>
      between(run, async (command, send) => {
        const answer = await send(command);
        if (!isTask("release") || !(command instanceof GetCommand)) return answer;
        const { Item } = answer as { Item?: Record<string, unknown> };
        return Item?.status === "ACTIVE" ? { Item: { ...Item, rotating: undefined } } : answer;
      }),
    focus: focuses.releasing,
    noticed: /I17/,
  },
  ENTRY_LEAVES_TOO_EARLY: {
    plant: ({ world }) => {
      const deps = world.deps;
      world.deps = () => ({ ...deps(), denyMarginSeconds: -86_400 });
    },
    focus: focuses.proving,
    noticed: /I25|I24_I29/,
  },
  NO_RENDER_CHECK: {
    // Every second put is lost, and nobody can tell.
    plant: ({ world, random }) => {
      const believed = new Map<string, string>();
      const put = world.iam.put.bind(world.iam);
      world.iam.put = async (role, document) => {
        believed.set(role, document);
        if (random.chance(0.5)) await put(role, document);
        else await world.iam.before?.("put", role);
      };
      const get = world.iam.get.bind(world.iam);
      world.iam.get = async (role) => {
        await get(role);
        return believed.get(role);
      };
    },
    focus: focuses.proving,
    noticed: /I25_sent/,
  },
  NO_CONTROL_PROBE: {
    plant: (run) => slowAndFailing(run, "believed"),
    focus: focuses.proving,
    noticed: /I24_I29/,
  },
  REVOKED_WITHOUT_PROBE: {
    plant: ({ world }) => {
      world.probes.answer = ({ sessionName }) =>
        sessionName.startsWith("lk.control.") ? { is: "allowed" } : { is: "refused", explicit: true };
      world.iam.delayMs = () => 60_000;
    },
    focus: focuses.proving,
    noticed: /I24_I29/,
  },
  PROVEN_AT_ONCE: {
    // The host that is probed knows it at once; another takes longer.
    plant: ({ world }) => {
      const deps = world.deps;
      world.deps = () => ({ ...deps(), settleSeconds: 0 });
      world.iam.delayMs = () => 14_000;
      world.probes.answer = ({ sessionName, roleArn }) => {
        const [, , id = ""] = sessionName.split(".");
        if (sessionName.startsWith("lk.control.")) return undefined;
        const key = sessionName.split(".")[1] ?? "";
        const denied = world.iam.denies(roleArn.split("/").at(-1) ?? "", id, { key });
        return denied ? { is: "refused", explicit: true } : undefined;
      };
    },
    focus: focuses.proving,
    noticed: /I24_I29/,
  },
};
