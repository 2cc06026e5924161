import type { AskBody } from "../../functions/core/api/schemas.ts";
import { bodyOf } from "./body.ts";
import type { ConnectOptions } from "./connect.ts";
import { depsOf } from "./deps.ts";
import { keysOf } from "./keys.ts";
import { type LeaseDeps, type LeaseOptions, openLease } from "./lease.ts";
import type { AccessRequest, Broker, Grant, Keys, ProfileRequest } from "./types.ts";

export type AccessOptions = ConnectOptions &
  LeaseOptions & {
    /** What `connect()` returned, where one connection serves several; the options of `connect` are then not read. */
    broker?: Broker;
  };

/** A provider of credentials as every client of the AWS SDK for JavaScript v3 takes it. */
export type Credentials = () => Promise<Keys>;

/** What is done with the access: its result is `withAccess`'s. */
type Use<T> = (credentials: Credentials, grant: Grant) => T | Promise<T>;

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

/** The same over fakes. `open` may throw. */
export async function accessWith<T>(
  open: () => readonly [LeaseDeps, AskBody],
  use: Use<T>,
  options: LeaseOptions,
): Promise<T> {
  const { signal } = options;
  signal?.throwIfAborted();
  const [deps, body] = open();
  const lease = openLease(deps, body, options);
  try {
    const grant = await lease.active();
    return await unlessAborted(async () => use(keysOf(deps, grant, lease.signal), grant), signal);
  } finally {
    await lease.giveBack();
  }
}

async function unlessAborted<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work();
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
