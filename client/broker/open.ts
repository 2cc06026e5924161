import { randomUUID } from "node:crypto";
import { homedir } from "node:os";
import { setTimeout } from "node:timers/promises";
import type { AwsCredentials } from "../../functions/core/signed-request.ts";
import { type Broker, openBroker } from "./broker.ts";
import { callerOf } from "./caller.ts";
import { type Place, type PlaceOptions, placeOf } from "./place.ts";

/** A longer timer is none: Node ends it after a millisecond. https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const LONGEST_MS = 2 ** 31 - 1;

/** Waits, 24 days at most; an aborted signal ends it with the signal's own reason. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await setTimeout(Math.min(ms, LONGEST_MS), undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** The broker as this process finds it, signed for by `signer`, else as this process may. */
export function openHere(
  options: PlaceOptions,
  signer?: () => Promise<AwsCredentials>,
): { broker: Broker; place: Place } {
  const place = placeOf(options, { env: process.env, cwd: process.cwd(), home: homedir() });
  const broker = openBroker({
    url: place.url,
    region: place.region,
    credentials: signer ?? callerOf(place, process.env),
    fetch,
    now: Date.now,
    random: Math.random,
    pause,
    newKey: randomUUID,
  });
  return { broker, place };
}
