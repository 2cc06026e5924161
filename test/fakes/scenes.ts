import { routine, sensitive, twoStages } from "./asks.ts";
import type { Command } from "./table.ts";
import type { World } from "./world.ts";

/** The id of a grant that was just asked for. Fails when the ask was refused. */
export async function asked(world: World, agent: string, body: object): Promise<string> {
  const reply = await world.agent(agent).ask(body);
  if (reply.status !== 201) throw new Error(`asked, and got ${reply.status} ${reply.text}`);
  return (reply.body as { id: string }).id;
}

/** A grant in each state that people meet: minted without a person, waiting for one stage, waiting for the first of two. */
export const routineGrant = (world: World, more: object = {}) =>
  asked(world, "finetune-pipeline", { ...routine, ...more });
export const pendingGrant = (world: World, more: object = {}) =>
  asked(world, "support-assistant", { ...sensitive, ...more });
export const twoStageGrant = (world: World, more: object = {}) =>
  asked(world, "analytics-copilot", { ...twoStages, ...more });

/** A grant that is approved and not minted yet: the machine stands still. */
export async function approvedGrant(world: World, more: object = {}): Promise<string> {
  world.workflow.paused = true;
  return routineGrant(world, more);
}

/** A grant whose first attempt was claimed by a run that died right after AssumeRole; the machine stands still. */
export async function orphanedAttempt(world: World, more: object = {}): Promise<string> {
  const id = await approvedGrant(world, more);
  world.sts.after = () => {
    throw new Error("died right after AssumeRole");
  };
  await world.mint(id).catch(() => undefined);
  world.sts.after = undefined;
  return id;
}

/** Does something at the first request that matches, once. */
export function once(
  matches: (command: Command) => boolean,
  then: () => unknown,
): (command: Command) => Promise<void> {
  let done = false;
  return async (command) => {
    if (done || !matches(command)) return;
    done = true;
    await then();
  };
}

const textOf = (command: Command): string => JSON.stringify(command.input);
/** True for a write that moves a grant to a status. */
export const movesTo =
  (status: string) =>
  (command: Command): boolean =>
    "TransactItems" in command.input &&
    textOf(command).includes(`"entity":"grant"`) &&
    textOf(command).includes(`"status":"${status}"`);
