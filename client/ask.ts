import type { AskBody } from "../functions/core/api/schemas.ts";
import { secondsOf } from "./duration.ts";
import { LatchkeyError } from "./errors.ts";
import type { AskOptions } from "./options.ts";
import { scopeIn } from "./scope.ts";

/** Seconds of an option that is a duration. */
export function durationIn(option: string, given: string): number {
  const seconds = secondsOf(given);
  if (seconds !== undefined) return seconds;
  throw new LatchkeyError("usage", `${option} is no duration: write it like 30m, 1h or 900.`);
}

async function fromProfile({ profile, file }: AskOptions, cwd: string): Promise<Partial<AskBody>> {
  if (profile === undefined) {
    if (file === undefined) return {};
    throw new LatchkeyError("usage", "--file needs --profile, which says what of the file is meant.");
  }
  const { askOf, profileNamed, readProfiles } = await import("./profiles.ts");
  return askOf(profileNamed(readProfiles(cwd, file), profile));
}

function needed<T>(value: T | undefined, sentence: string): T {
  if (value !== undefined && value !== "") return value;
  throw new LatchkeyError("usage", sentence);
}

/**
 * The body of an ask, from words and options laid over a profile. Throws `usage` in one sentence for what is missing,
 * `config` for a broken file.
 */
export async function askFrom(
  words: { resource?: string | undefined; access?: string | undefined },
  options: AskOptions,
  cwd: string = process.cwd(),
): Promise<AskBody> {
  const base = await fromProfile(options, cwd);
  const scope = scopeIn(options) ?? base.scope;
  const windowSeconds =
    options.window === undefined ? base.windowSeconds : durationIn("--window", options.window);
  const { startsAt, task, ticket, onBehalfOf, model, breakGlass, masked } = options;
  const said = { startsAt, task, ticket, onBehalfOf, model, breakGlass, masked };
  return {
    ...base,
    resource: needed(
      words.resource ?? base.resource,
      "Say what you need: a resource of `latchkey catalogue`.",
    ),
    access: needed(
      words.access ?? base.access,
      "Say which access you need, like read: see `latchkey catalogue`.",
    ),
    ...(scope ? { scope } : {}),
    windowSeconds: needed(windowSeconds, "Say for how long: --window 30m."),
    purpose: needed(
      options.purpose ?? base.purpose,
      'Say what it is for, as the people who approve will read it: --purpose "…".',
    ),
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
  };
}
