import { applyStep } from "../../functions/aws/table/grants.ts";
import { keys } from "../../functions/aws/table/keys.ts";
import { readLive } from "../../functions/aws/table/roles.ts";
import { stopWrites } from "../../functions/aws/table/stop.ts";
import { cancel, stop } from "../../functions/core/grant/moves.ts";
import type { LockdownTarget } from "../../functions/core/lockdown.ts";
import { isoMillis } from "../../functions/core/time.ts";
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

/** A lockdown as its stops leave it: written first, and then everything live that it is about stopped and denied. */
export async function lockDown(world: World, target: LockdownTarget, role = TRAINING): Promise<void> {
  const { table } = world.fake;
  const lockdown = { id: world.newId(), target, reason: "a leak", by: "samira", at: isoMillis(world.now()) };
  world.fake.plant({ ...keys.lockdown(lockdown.id), entity: "lockdown", ...lockdown });
  for (const { grantId } of await readLive(table, role)) await stopped(world, grantId, "locked_down");
}

/** Somebody stops a grant that is approved or live; nothing when it is not. */
export async function stopped(world: World, id: string, code = "revoked"): Promise<void> {
  const { table } = world.fake;
  for (let tries = 0; tries < 5; tries += 1) {
    const grant = world.grant(id);
    const moment = { now: world.now(), by: { type: "person" as const, id: "samira" }, writer: world.newId() };
    const live = grant.status === "ACTIVATING" || grant.status === "ACTIVE";
    if (!live && grant.status !== "APPROVED") return;
    const done = live
      ? await applyStep(table, stop(grant, { code }, moment), stopWrites(table, grant))
      : await applyStep(table, cancel(grant, { code }, moment));
    if (done.ok) return;
  }
}
const TRAINING = "latchkey-access-training-data";

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
