import { type AskBody, askBody } from "../../functions/core/api/schemas.ts";
import { secondsOf } from "../duration.ts";
import { LatchkeyError } from "../errors.ts";
import { askOf, type Profile, type ProfileFile } from "../profiles.ts";
import type { RequestIn } from "./schemas.ts";

const wrong = (message: string): LatchkeyError => new LatchkeyError("usage", message);

/** One profile of `latchkey.yaml`, for a model: no path of this machine in what it says. */
export function profileOf(content: ProfileFile | undefined, name: string): Profile {
  const profiles = content?.profiles ?? {};
  const found = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (found) return found;
  throw wrong(
    `There is no profile ${JSON.stringify(name)}; there is: ${Object.keys(profiles).join(", ") || "none"}.`,
  );
}

function windowOf({ window, windowSeconds }: RequestIn): { windowSeconds?: number } {
  if (window === undefined) return windowSeconds === undefined ? {} : { windowSeconds };
  const seconds = secondsOf(window);
  if (seconds === undefined) throw wrong(`window ${JSON.stringify(window)} is not like 90s, 30m or 1h.`);
  if (windowSeconds !== undefined && windowSeconds !== seconds)
    throw wrong("window and windowSeconds say different things: send one of them.");
  return { windowSeconds: seconds };
}

/** What a model asks for as the body of an ask: a profile, and what it says itself laid over it. */
export function askBodyOf(given: RequestIn, content: ProfileFile | undefined): AskBody {
  const { profile, window: _, windowSeconds: __, waitSeconds: ___, ...own } = given;
  const base = profile === undefined ? {} : askOf(profileOf(content, profile));
  const said = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  const read = askBody.safeParse({ ...base, ...said, ...windowOf(given) });
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  throw wrong(
    `${problems}. Needed are resource, access, window and purpose, or a profile; list_access says what there is.`,
  );
}
