import { bodyOf } from "./body.ts";
import { depsOf } from "./deps.ts";
import type { LatchkeyProvider, ProviderOptions } from "./options.ts";
import { providerWith } from "./provider.ts";
import type { AccessRequest, ProfileRequest } from "./types.ts";

/**
 * A credential provider that asks Latchkey when credentials are first needed: `new S3Client({ credentials:
 * fromLatchkey({ resource, access, window, purpose }) })`. One ask serves however many requests wait for it; credentials
 * are kept while they are good, newer ones of a long window are collected before the older end, and when the window is
 * over it asks anew. `expiration` is the earlier of the session's and the window's end.
 *
 * Access is given back by `release()`, by `await using`, or when `signal` is aborted; otherwise its window ends it.
 *
 * What the broker says no to is thrown by the request that needed it: `DeniedError`, `RejectedError`, `OverError`,
 * remembered for half a minute so that a loop of requests is no loop of asks; what somebody ended is not asked for again
 * before its window would have been over. `PendingError` when nobody answered within `timeoutSeconds`: the ask then stays
 * open, and the next request goes on waiting for it.
 */
export function fromLatchkey(
  request: AccessRequest | ProfileRequest,
  options: ProviderOptions = {},
): LatchkeyProvider {
  return providerWith(depsOf(options), bodyOf(request), options);
}
