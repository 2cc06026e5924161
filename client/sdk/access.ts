import type { AskBody } from "../../functions/core/api/schemas.ts";
import { keysOf } from "./keys.ts";
import { type LeaseDeps, openLease } from "./lease.ts";
import type { LeaseOptions, Use } from "./options.ts";

/** `withAccess` in a world that is given. `open` may throw. */
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

/** Rejects with the signal's reason as soon as it is aborted; what is under way is not waited for. */
export async function unlessAborted<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
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
