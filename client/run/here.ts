import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { CredentialsView, GrantView } from "../../functions/core/api/schemas.ts";
import { askFrom, durationIn } from "../ask.ts";
import { openHere, pause } from "../broker/open.ts";
import type { Place } from "../broker/place.ts";
import type { RunCommandOptions } from "../commands/run.ts";
import { forgetGrant } from "../credentials/open.ts";
import { DeniedError } from "../errors.ts";
import { told } from "../exit.ts";
import { reasonLines } from "../show/decision.ts";
import { openSpinner } from "../show/spinner.ts";
import { serveCredentials } from "./address.ts";
import { type Child, startChild } from "./child.ts";
import { environmentOf, type Given, regionIn } from "./environment.ts";
import { type RunDeps, runWithAccess } from "./run.ts";
import { keepSession } from "./session.ts";
import { listen, onTerminal } from "./signals.ts";

/** What auditors read of an ask that says no task of its own, and what keeps `latchkey credentials` off a grant that ends with a command. */
const TASK = "latchkey-run";

const say = (text: string): void => void process.stderr.write(`${told(text)}\n`);

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** The region that the command would have had, else the broker's. */
function regionOf(place: Place, env: NodeJS.ProcessEnv): string {
  const config = env.AWS_CONFIG_FILE || join(homedir(), ".aws", "config");
  const profile = env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE || "default";
  return env.AWS_REGION || env.AWS_DEFAULT_REGION || regionIn(textOf(config), profile) || place.region;
}

type Started = { child: Child; close(): void };

/** Starts the command: with fixed keys, or where the window outlasts its session, with an address that has the newest. */
async function start(
  deps: Pick<RunDeps, "broker" | "now" | "pause">,
  [command = "", ...args]: readonly string[],
  { place, grant, keys }: { place: Place; grant: GrantView; keys: CredentialsView },
): Promise<Started> {
  const { env, platform } = process;
  const closing: { close(): void }[] = [];
  const lasts = Date.parse(keys.Expiration) >= Date.parse(grant.window.endsAt ?? keys.Expiration);
  let given: Given = { how: "keys", keys };
  if (!lasts) {
    const session = keepSession(deps, grant.id, keys);
    const address = await serveCredentials(session.current).catch((fault: unknown) => {
      session.close();
      throw fault;
    });
    closing.push(address, session);
    given = { how: "address", address };
  }
  const around = { grant: grant.id, region: regionOf(place, env), awsEndpoint: place.awsEndpoint, platform };
  const child = startChild(command, args, {
    env: environmentOf(env, given, around),
    ownGroup: platform !== "win32" && !onTerminal(),
    say,
  });
  return {
    child,
    close: () => {
      for (const each of closing) each.close();
    },
  };
}

/** A no with its reasons, and what would be a yes. */
function withHints(error: unknown): never {
  if (error instanceof DeniedError) {
    const smaller = error.alternatives.length > 0;
    const next = smaller
      ? "A smaller ask would pass: take it with --take-alternative."
      : "See: latchkey catalogue";
    error.hints = [...reasonLines(error.reasons), next];
  }
  throw error;
}

/** `latchkey run`: the exit code of the command. */
export async function runHere(command: readonly string[], options: RunCommandOptions): Promise<number> {
  const releaseSeconds = durationIn("--release-timeout", options.releaseTimeout);
  const timeout =
    options.timeout === undefined ? {} : { timeoutSeconds: durationIn("--timeout", options.timeout) };
  const { resource, access, takeAlternative = false } = options;
  const asked = await askFrom({ resource, access }, options);
  const { broker, place } = openHere(options);
  let fault: unknown;
  const deps: RunDeps = {
    ...{ broker, now: Date.now, pause, say, forget: forgetGrant },
    waiting: openSpinner(),
    listen: (on) =>
      listen(on, (error) => {
        fault ??= error;
      }),
    start: (grant, keys) => start(deps, command, { place, grant, keys }),
  };
  const code = await runWithAccess(
    deps,
    { ...asked, task: asked.task ?? TASK },
    { ...timeout, takeAlternative, releaseSeconds },
  ).catch((error: unknown) => withHints(fault ?? error));
  if (fault !== undefined) throw fault;
  return code;
}
