import { accessWith } from "./access.ts";
import { bodyOf } from "./body.ts";
import { depsOf } from "./deps.ts";
import type { AccessOptions, Use } from "./options.ts";
import type { AccessRequest, ProfileRequest } from "./types.ts";

/**
 * Asks for access, waits until it is there, calls `use` with credentials for it, and gives it back whatever happens: when
 * `use` returns, throws, or `signal` is aborted, and also when it is aborted while people are asked. Resolves with what
 * `use` returned, rejects with what it threw.
 *
 * `credentials` goes into AWS clients as it is (`new S3Client({ credentials })`) and stays good in windows longer than a
 * session; `await credentials()` are the keys of now. `grant` is ACTIVE; it ends at `grant.window.endsAt`, and what is
 * asked of AWS later is refused. An aborted `signal` ends access at once and rejects with its reason; `use` is not waited
 * for. SIGINT and SIGTERM are the program's own business: abort `signal` on them, and leave when this has settled.
 *
 * Throws `DeniedError` (with reasons and alternatives), `RejectedError`, `PendingError` (nobody answered within
 * `timeoutSeconds`; the ask is withdrawn), `OverError`, or a `LatchkeyError` whose `kind` says what is wrong. Credentials
 * that are asked for after the end throw `OverError`.
 */
export function withAccess<T>(
  request: AccessRequest | ProfileRequest,
  use: Use<T>,
  options: AccessOptions = {},
): Promise<T> {
  return accessWith(() => [depsOf(options), bodyOf(request)], use, options);
}
