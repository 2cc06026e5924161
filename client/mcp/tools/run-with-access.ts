import type { CallToolResult, ServerContext } from "@modelcontextprotocol/server";
import type { GrantView } from "../../../functions/core/api/schemas.ts";
import { collect } from "../../access/collect.ts";
import { DeniedError } from "../../errors.ts";
import { answer } from "../answer.ts";
import type { Ran } from "../child.ts";
import { argvOf, commandNamed } from "../command.ts";
import { environmentOf } from "../environment.ts";
import { progressOf } from "../progress.ts";
import { ranText, secretsWith } from "../ran.ts";
import { type Access, accessFor, runAsk } from "../run-access.ts";
import type { RunIn } from "../schemas.ts";
import { settled, type Tools } from "../wait.ts";
import { accessOf, accessText, callOf } from "../words.ts";
import { deniedOut } from "./request-access.ts";

/** The program with the grant's keys in its environment, and nowhere else. */
async function run(
  tools: Tools,
  argv: readonly string[],
  grant: GrantView,
  { command, timeoutSeconds }: RunIn,
  context: ServerContext,
): Promise<Ran> {
  const { deps } = tools;
  const { signal } = context.mcpReq;
  const keys = await collect(deps, grant.id, signal);
  const progress = progressOf(context, { now: deps.now, total: timeoutSeconds });
  progress.say(`Running ${command}`);
  try {
    return await deps.run({
      argv,
      cwd: deps.file?.folder ?? "",
      env: environmentOf(deps.env, keys, deps.place),
      secrets: secretsWith(deps, [keys.SecretAccessKey, keys.SessionToken]),
      ...{ timeoutSeconds, signal },
    });
  } finally {
    progress.close();
  }
}

/** Runs an allow-listed command with access, asking for it where it is not there yet, and giving that back after. */
export async function runWithAccess(
  tools: Tools,
  given: RunIn,
  context: ServerContext,
): Promise<CallToolResult> {
  const { deps } = tools;
  const { signal } = context.mcpReq;
  const command = commandNamed(deps.file?.content, given.command);
  const argv = argvOf(command, given.arguments);
  const { body, asked } = runAsk(tools, command, given);
  const out = { command: given.command };
  let access: Access;
  try {
    access = await accessFor(tools, command, given, body, signal);
  } catch (error) {
    if (!(error instanceof DeniedError)) throw error;
    const denied = deniedOut(error, body, asked);
    return answer(accessText(denied, deps), { ...out, outcome: "denied", access: denied }, true);
  }
  const { done } = access;
  try {
    const grant = await settled(tools, access.first, given.waitSeconds, context);
    const seen = accessOf(grant, deps);
    if (seen.outcome === "pending") {
      await done({ stay: true });
      const again = callOf("run_with_access", { ...out, arguments: given.arguments, grantId: grant.id });
      return answer(`${accessText(seen, deps)}\nOnce it is active: ${again}`, {
        ...out,
        outcome: "pending",
        access: seen,
      });
    }
    if (seen.outcome !== "active")
      return answer(accessText(seen, deps), { ...out, outcome: seen.outcome, access: seen }, true);
    const ran = await run(tools, argv, grant, given, context);
    const released = await done();
    const after = released
      ? `Grant ${grant.id} is given back.`
      : `Grant ${grant.id} stays until ${seen.endsAt}. When done: ${callOf("release_access", { grantId: grant.id })}`;
    const failed = ran.exitCode !== 0 || ran.stoppedFor !== undefined;
    return answer(ranText(ran, after), { ...out, outcome: "ran", ...ran, released, access: seen }, failed);
  } finally {
    // Cancelled: nobody waits any more for what only this call asked for, kept or not.
    await done({ cut: signal.aborted });
  }
}
