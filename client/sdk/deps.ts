import { randomUUID } from "node:crypto";
import { pause } from "../broker/open.ts";
import { type ConnectOptions, connect } from "./connect.ts";
import type { LeaseDeps } from "./lease.ts";
import type { Broker } from "./types.ts";

/** The world as it is: the broker that was given or can be found, the clock, chance. */
export function depsOf({
  broker,
  ...options
}: ConnectOptions & { broker?: Broker }): LeaseDeps & { broker: Broker } {
  return {
    broker: broker ?? connect(options),
    now: Date.now,
    pause,
    newKey: randomUUID,
    warn: (message) => process.emitWarning(message, { type: "LatchkeyWarning" }),
  };
}
