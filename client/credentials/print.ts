import { durationIn } from "../ask.ts";
import { openHere, pause } from "../broker/open.ts";
import type { PlaceOptions } from "../broker/place.ts";
import { LatchkeyError } from "../errors.ts";
import { told } from "../exit.ts";
import { askOf, profileNamed, readProfiles } from "../profiles.ts";
import { whenStopped } from "../stop.ts";
import { keyOf } from "./key.ts";
import { ofGrant } from "./of-grant.ts";
import { ofProfile } from "./of-profile.ts";
import { openShared } from "./open.ts";

export type PrintOptions = PlaceOptions & {
  grant?: string;
  profile?: string;
  file?: string;
  cache: boolean;
  timeout: string;
};

const usage = (sentence: string): LatchkeyError => new LatchkeyError("usage", sentence);

/** What `latchkey credentials` prints. */
export async function printed(options: PrintOptions): Promise<string> {
  const { grant, profile, file } = options;
  if ((grant === undefined) === (profile === undefined))
    throw usage("Say either --grant <id> or --profile <name>.");
  if (grant !== undefined && file !== undefined) throw usage("--file says where --profile is written.");
  const timeoutSeconds = durationIn("--timeout", options.timeout);
  const body =
    profile === undefined ? undefined : askOf(profileNamed(readProfiles(process.cwd(), file), profile));
  const { broker, place } = openHere(options);
  const { why, ...shared } = openShared(options.cache);
  if (why && options.cache) process.stderr.write(`${told(why)}\n`);
  const deps = { ...shared, broker, now: Date.now, pause };
  const { signal, close } = whenStopped();
  try {
    const waiting = { timeoutSeconds, signal };
    if (body) return await ofProfile(deps, { key: keyOf(place, process.env, body), body }, waiting);
    const id = grant ?? "";
    return await ofGrant(deps, { key: keyOf(place, process.env, { grant: id }), id }, waiting);
  } finally {
    close();
  }
}
