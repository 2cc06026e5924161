import type { AskBody } from "../../functions/core/api/schemas.ts";
import { secondsOf } from "../duration.ts";
import { LatchkeyError } from "../errors.ts";
import { askOf, profileNamed, readProfiles } from "../profiles.ts";
import type { AccessRequest, ProfileRequest } from "./types.ts";

/** A request as the body of an ask. Throws `usage` or `config` in one sentence; what else is wrong, the broker says. */
export function bodyOf(request: AccessRequest | ProfileRequest): AskBody {
  if ("profile" in request) {
    const { profile, file } = request;
    return askOf(profileNamed(readProfiles(process.cwd(), file), profile));
  }
  const { window, ...rest } = request;
  const windowSeconds = secondsOf(String(window));
  if (windowSeconds === undefined)
    throw new LatchkeyError(
      "usage",
      `window: must be seconds or a duration like "30m", not ${JSON.stringify(window)}.`,
    );
  return { ...rest, windowSeconds };
}
