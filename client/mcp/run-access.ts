import type { AskBody, GrantView } from "../../functions/core/api/schemas.ts";
import { LatchkeyError } from "../errors.ts";
import { askOf } from "../profiles.ts";
import { profileOf } from "./ask-body.ts";
import type { Command } from "./command.ts";
import { fitsProfile } from "./fits.ts";
import type { RunIn } from "./schemas.ts";
import type { Done } from "./session.ts";
import type { Tools } from "./wait.ts";

/** The profile that is asked with: the one named, or the command's only one. */
function profileFor(command: Command, { profile, command: name }: RunIn): string {
  if (command.profiles.length === 0)
    throw new LatchkeyError(
      "usage",
      `${name} is run with the permit of an action: request_action_approval, with command.`,
    );
  const named = profile ?? (command.profiles.length === 1 ? command.profiles[0] : undefined);
  if (named !== undefined && command.profiles.includes(named)) return named;
  throw new LatchkeyError(
    "usage",
    `Say with which profile ${name} is to run: ${command.profiles.join(" or ")}.`,
  );
}

/** The ask that a run makes where there is no access yet, and as what it is asked for. */
export function runAsk({ deps }: Tools, command: Command, given: RunIn): { body: AskBody; asked: object } {
  // With a grant at hand nothing is asked.
  const profile = given.grantId === undefined ? profileFor(command, given) : (command.profiles[0] ?? "");
  const purpose = given.purpose ? { purpose: given.purpose } : {};
  return {
    body: { ...askOf(profileOf(deps.file?.content, profile)), ...purpose },
    asked: { profile, ...purpose },
  };
}

/** A grant to run with; `done` says that this call is on it no longer. */
export type Access = { first: GrantView; done: Done };

async function named(tools: Tools, id: string, command: Command, signal: AbortSignal): Promise<GrantView> {
  const grant = await tools.deps.broker.grant(id, { signal });
  tools.session.note(grant);
  // One of its profiles names what was granted, or something that it is a part of.
  const mayHave = command.profiles.some((name) =>
    fitsProfile(grant, profileOf(tools.deps.file?.content, name)),
  );
  if (mayHave) return grant;
  throw new LatchkeyError(
    "usage",
    `This command may not be run with grant ${id}: it is for ${command.profiles.join(" or ")}.`,
  );
}

/** What to run with: the grant named, one that the session has, or one that is asked for now. */
export async function accessFor(
  tools: Tools,
  command: Command,
  given: RunIn,
  body: AskBody,
  signal: AbortSignal,
): Promise<Access> {
  const { deps, session } = tools;
  const heldBy = (id: string | undefined) => session.held().find(({ grant }) => grant.id === id);
  const profile =
    given.grantId === undefined ? profileOf(deps.file?.content, profileFor(command, given)) : undefined;
  const known = session.held().find(({ grant, forRun }) => profile && !forRun && fitsProfile(grant, profile));
  const id = given.grantId ?? known?.grant.id;
  if (id !== undefined) {
    const first = await named(tools, id, command, signal);
    // Of one that was named the model hears how it ended; one that was found and is over is no use.
    if (heldBy(id) || given.grantId !== undefined) return { first, done: session.use(heldBy(id)) };
  }
  const { held, done } = await session.ask(body, { forRun: !given.keep, signal });
  return { first: held.grant, done };
}
