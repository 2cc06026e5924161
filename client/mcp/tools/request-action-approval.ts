import type { CallToolResult, ServerContext } from "@modelcontextprotocol/server";
import type { ActionView } from "../../../functions/core/api/actions.ts";
import type { GrantView } from "../../../functions/core/api/schemas.ts";
import { canonicalJson } from "../../../functions/core/canonical.ts";
import { plainText } from "../../../functions/core/text.ts";
import { actionTypeOf, approvedAction, askOfAction, settledParameters } from "../../access/action.ts";
import { AGENT, reportBy } from "../../action/outcome.ts";
import { permitIn } from "../../action/permit.ts";
import { DeniedError, LatchkeyError } from "../../errors.ts";
import { answer } from "../answer.ts";
import type { Ran } from "../child.ts";
import { type Command, commandOfAction } from "../command.ts";
import { bareEnvironment } from "../environment.ts";
import { progressOf } from "../progress.ts";
import { ranText, secretsWith } from "../ran.ts";
import type { ApprovalIn, ApprovalOut } from "../schemas.ts";
import { settled, type Tools } from "../wait.ts";
import { accessOf, callOf, OTHERS, permitCommand, quoted } from "../words.ts";

type Parameters = ActionView["parameters"];

/** An action as this tool answers it. Never its permit: that goes to programs. */
function outOf(action: ActionView, outcome: ApprovalOut["outcome"]): ApprovalOut {
  const { id, status, type, parametersDigest, audience, window, outcome: came } = action;
  return {
    ...{ outcome, grantId: id, status, type, parametersDigest, audience },
    ...(window.endsAt ? { endsAt: window.endsAt } : {}),
    ...(came ? { result: came.result } : {}),
    ...(came?.detail ? { detail: plainText(came.detail) } : {}),
  };
}

/** What stands in the way, as far as a grant tells. */
function unapproved(grant: GrantView, given: ApprovalIn, { deps }: Tools): CallToolResult {
  const { outcome, waitsFor, why } = accessOf(grant, deps);
  const out = {
    ...{ outcome, grantId: grant.id, status: grant.status, type: given.type },
    ...(waitsFor ? { waitsFor } : {}),
    ...(why ? { why } : {}),
  };
  if (outcome !== "pending") return answer(`${why ?? "It is over."}\n${OTHERS}`, out, true);
  const { type, parameters, purpose, command } = given;
  const again = { type, parameters, purpose, ...(command ? { command } : {}) };
  return answer(
    [
      waitsFor
        ? `Action ${grant.id} (${type}) waits for people: ${waitsFor}. They have been asked; asking again changes nothing.`
        : `Action ${grant.id} (${type}) is ${grant.status}: no person has to do anything more.`,
      "Do not do it in another way meanwhile. Go on with something else, or wait with the same call:",
      callOf("request_action_approval", again),
      `To take it back: ${callOf("release_access", { grantId: grant.id })}`,
    ].join("\n"),
    out,
  );
}

/** What was done already, or by Latchkey itself. */
function performed(action: ActionView): CallToolResult {
  const { id, type, redeemed, outcome } = action;
  const by = redeemed ? `${redeemed.by} redeemed its permit at ${redeemed.at}` : "Latchkey performs it";
  const detail = outcome?.detail ? ` (${quoted(outcome.detail)})` : "";
  const came = outcome
    ? `What came of it: ${outcome.result}${detail}.`
    : "What came of it nobody has said yet.";
  return answer(
    `Action ${id} (${type}): ${by}. ${came} It is done once: do not ask for the same again.\n${OTHERS}`,
    outOf(action, "performed"),
    outcome !== undefined && outcome.result !== "done",
  );
}

/** A listed command with the permit in its environment; redeemed before where the agent itself is the audience. */
async function run(
  tools: Tools,
  command: Command,
  action: ActionView,
  given: ApprovalIn,
  context: ServerContext,
): Promise<CallToolResult> {
  const { deps, session } = tools;
  const { signal } = context.mcpReq;
  const { id, parameters, audience } = action;
  const permit = permitIn(action);
  const isOwn = audience === AGENT;
  if (isOwn) await deps.broker.redeem(id, { permit, parameters });
  const progress = progressOf(context, { now: deps.now, total: given.timeoutSeconds });
  progress.say(`Running ${given.command}`);
  let ran: Ran | undefined;
  try {
    ran = await deps.run({
      ...{ argv: command.run, cwd: deps.file?.folder ?? "", timeoutSeconds: given.timeoutSeconds, signal },
      env: {
        ...bareEnvironment(deps.env, deps.place),
        ...{ LATCHKEY_ACTION: id, LATCHKEY_PARAMETERS: canonicalJson(parameters) },
        ...(isOwn ? {} : { LATCHKEY_PERMIT: permit }),
      },
      secrets: secretsWith(deps, [permit]),
    });
  } finally {
    progress.close();
    const code = ran && !ran.stoppedFor ? (ran.exitCode ?? undefined) : undefined;
    if (isOwn) await reportBy({ broker: deps.broker, say: deps.tell }, id, code);
    // A permit that was handed over stays good; one that a failed command left is given back, unless it was used.
    else if (code !== 0) await session.release(id).catch(() => undefined);
  }
  const now = await deps.broker.action(id).catch(() => action);
  const came = now.outcome?.result ?? "not reported yet";
  const after = `Action ${id}: ${now.redeemed ? `redeemed by ${now.redeemed.by}` : "not redeemed"}; what came of it: ${came}.`;
  const failed = ran.exitCode !== 0 || ran.stoppedFor !== undefined;
  const out = outOf(now, now.redeemed ? "performed" : "approved");
  return answer(ranText(ran, after), { ...out, command: given.command, ...ran }, failed);
}

async function approved(
  tools: Tools,
  grant: GrantView,
  parameters: Parameters,
  given: ApprovalIn,
  context: ServerContext,
): Promise<CallToolResult> {
  const { deps } = tools;
  const action = await approvedAction(deps, grant.id, parameters, context.mcpReq.signal);
  if (action.performer || action.redeemed) return performed(action);
  if (given.command) {
    const command = commandOfAction(deps.file?.content, given.command, given.type);
    return run(tools, command, action, given, context);
  }
  const line = permitCommand(action.id, deps);
  const text = [
    `Action ${action.id} (${action.type}) is approved until ${action.window.endsAt}, with exactly these parameters (${action.parametersDigest}).`,
    `${action.audience} performs it, once, against its permit. Programs get that by: ${line}`,
    "The permit never comes through these tools: do not try to print it.",
  ].join("\n");
  return answer(text, { ...outOf(action, "approved"), permitCommand: line });
}

/** Has one thing approved, exactly as it is; and done, where a listed command or Latchkey itself does it. */
export async function requestActionApproval(
  tools: Tools,
  given: ApprovalIn,
  context: ServerContext,
): Promise<CallToolResult> {
  const { session, deps } = tools;
  const { signal } = context.mcpReq;
  const { type, purpose, task, ticket } = given;
  // Looked at before anybody is asked.
  if (given.command) commandOfAction(deps.file?.content, given.command, type);
  const parameters = settledParameters(given.parameters);
  if (given.command && (await actionTypeOf(deps.broker, type, signal))?.performer)
    throw new LatchkeyError(
      "usage",
      `Latchkey itself performs ${type}, so no command does: leave command out. Nothing was asked.`,
    );
  const said = { ...(task ? { task } : {}), ...(ticket ? { ticket } : {}) };
  const body = askOfAction({ type, parameters, purpose: plainText(purpose), ...said });
  try {
    const { held, done } = await session.ask(body, { signal });
    try {
      const grant = await settled(tools, held.grant, given.waitSeconds, context);
      if (grant.status === "ACTIVE" || grant.outcome || grant.redeemed)
        return await approved(tools, grant, parameters, given, context);
      return unapproved(grant, given, tools);
    } finally {
      await done(signal.aborted ? { cut: true } : { stay: true });
    }
  } catch (error) {
    if (!(error instanceof DeniedError)) throw error;
    const reasons = error.reasons.map(({ id, reason }) => ({ id: plainText(id), reason: plainText(reason) }));
    const text = [
      `Policy does not allow this: ${type} with these parameters.`,
      ...(reasons.length > 0 ? reasons : [{ id: "why", reason: plainText(error.message) }]).map(
        ({ id, reason }) => `- ${id}: ${reason}`,
      ),
      "Do not do it in another way, nor in smaller pieces: tell your user what is refused and why.",
    ];
    const out = { outcome: "denied", type, why: plainText(error.message), reasons };
    return answer(text.join("\n"), { ...out, ...(error.grantId ? { grantId: error.grantId } : {}) }, true);
  }
}
