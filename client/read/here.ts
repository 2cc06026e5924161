import { once } from "node:events";
import type { GrantView } from "../../functions/core/api/schemas.ts";
import { obtain } from "../access/obtain.ts";
import { pagesOf } from "../access/rows.ts";
import { untilActive } from "../access/wait.ts";
import { whoIsAsked } from "../access/words.ts";
import { askFrom, durationIn } from "../ask.ts";
import { openHere, pause } from "../broker/open.ts";
import type { ReadOptions } from "../commands/read.ts";
import { DeniedError, LatchkeyError } from "../errors.ts";
import { told } from "../exit.ts";
import { giveBack } from "../run/give-back.ts";
import { alternativeLines, reasonLines } from "../show/decision.ts";
import { openSpinner } from "../show/spinner.ts";
import { whenStopped } from "../stop.ts";
import { queryOf } from "./query.ts";
import { rowsText } from "./rows-text.ts";

/** Reading takes no longer than that, unless somebody says so. */
const WINDOW = "10m";

const say = (text: string): void => void process.stderr.write(`${told(text)}\n`);

/** False when nobody reads any more, as after `| head`. */
async function written(text: string): Promise<boolean> {
  const { stdout } = process;
  if (text !== "" && !stdout.write(text) && !stdout.destroyed)
    await Promise.race([once(stdout, "drain"), once(stdout, "close")]).catch(() => undefined);
  return !stdout.destroyed && stdout.writable !== false;
}

/** `latchkey read`: asks masked, prints the rows as they come, gives back whatever happens. */
export async function readHere(
  words: { resource?: string | undefined; access?: string | undefined },
  options: ReadOptions,
): Promise<void> {
  const query = queryOf(options);
  const seconds = durationIn("--release-timeout", options.releaseTimeout);
  const timeoutSeconds = options.timeout === undefined ? undefined : durationIn("--timeout", options.timeout);
  if (options.grant !== undefined && (words.resource !== undefined || options.profile !== undefined))
    throw new LatchkeyError("usage", "--grant is of what was asked for already: leave the resource out.");
  const { broker } = openHere(options);
  const { signal, close } = whenStopped();
  const spinner = openSpinner();
  let asked: GrantView | undefined;
  const note = (grant: GrantView): void => {
    const whom = whoIsAsked(grant);
    spinner.say(whom ? `Grant ${grant.id} waits for ${whom}` : `Grant ${grant.id} is ${grant.status}`);
  };
  const waiting = {
    ...{ signal, onChange: note },
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  };
  const deps = { broker, now: Date.now, pause };
  try {
    const grant =
      options.grant === undefined
        ? await ask()
        : await untilActive(deps, await broker.grant(options.grant, { signal }), waiting);
    spinner.close();
    await print(grant.id);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    spinner.close();
    const never = new AbortController().signal;
    if (asked)
      await giveBack({ broker, pause, say, forget: () => undefined }, asked, { seconds, hurry: never });
    close();
  }

  async function ask(): Promise<GrantView> {
    const window = options.window ?? (options.profile === undefined ? WINDOW : undefined);
    const access = words.access ?? (options.profile === undefined ? "read" : undefined);
    const body = {
      ...(await askFrom({ ...words, access }, { ...options, ...(window ? { window } : {}) })),
      masked: true,
    };
    spinner.say(`Asking for masked rows of ${body.resource}`);
    try {
      return await obtain(deps, body, {
        ...waiting,
        onAsked: (grant) => {
          asked = grant;
        },
      });
    } catch (error) {
      if (error instanceof DeniedError)
        error.hints = [...reasonLines(error.reasons), ...alternativeLines(error.alternatives, body, options)];
      throw error;
    }
  }

  async function print(id: string): Promise<void> {
    const { before, text } = rowsText(options.format, query.columns);
    if (!(await written(before))) return;
    for await (const { rows } of pagesOf(broker, id, query, signal)) {
      signal.throwIfAborted();
      if (!(await written(rows.map(text).join("")))) return;
    }
  }
}
