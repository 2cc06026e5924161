import type { GrantView } from "../../functions/core/api/schemas.ts";
import type { Broker } from "../broker/broker.ts";
import { type NoAccessError, OverError, PendingError, RejectedError } from "../errors.ts";
import { whoIsAsked, whyOver } from "./words.ts";

export type WaitDeps = {
  broker: Pick<Broker, "grant">;
  /** Milliseconds since the epoch. */
  now(): number;
  pause(ms: number, signal?: AbortSignal): Promise<void>;
};

export type WaitOptions = {
  /** How long people may take, in seconds; after it `PendingError`, and the grant goes on waiting. Absent: until decided. */
  timeoutSeconds?: number;
  signal?: AbortSignal;
  /** Called with each view that differs from the one before in status or in who has spoken. */
  onChange?(grant: GrantView): void;
};

/** How long the API holds a GET while a machine is expected to act. */
const HELD_SECONDS = 5;
const MACHINE_MS = 1_000;
const PEOPLE_SECONDS = { least: 1, usual: 15, most: 3_600 };

const shownOf = ({ status, decision }: GrantView): string =>
  JSON.stringify([status, decision.plan.map((stage) => [stage.status, stage.approved.length])]);

/** Milliseconds until people are asked after again: as the broker says, but neither in a busy loop nor next week. */
const untilPeople = ({ retryAfterSeconds = PEOPLE_SECONDS.usual }: GrantView): number =>
  Math.max(PEOPLE_SECONDS.least, Math.min(PEOPLE_SECONDS.most, retryAfterSeconds)) * 1000;

/** Milliseconds until a grant with a start of its own begins; 0 when it may begin now. */
const untilStart = ({ window }: GrantView, now: number): number =>
  window.startsAt ? Math.max(0, Date.parse(window.startsAt) - now) : 0;

/** Why there will be no access, as an error; undefined while there may be. */
export function noAccess(grant: GrantView): NoAccessError | undefined {
  switch (grant.status) {
    case "PENDING":
    case "APPROVED":
    case "ACTIVATING":
    case "ACTIVE":
      return undefined;
    case "REJECTED":
      return new RejectedError(whyOver(grant), grant);
    default:
      return new OverError(whyOver(grant), grant);
  }
}

/**
 * Waits until a grant is ACTIVE and returns it so. People are asked after every `retryAfterSeconds` that the broker
 * says, a machine is waited for. Throws `RejectedError`, `OverError` when there will be no access, `PendingError` when
 * `timeoutSeconds` are over, and the signal's reason. None of them changes the grant.
 */
export async function untilActive(
  { broker, now, pause }: WaitDeps,
  first: GrantView,
  { timeoutSeconds, signal, onChange }: WaitOptions = {},
): Promise<GrantView> {
  const until = timeoutSeconds === undefined ? Number.POSITIVE_INFINITY : now() + timeoutSeconds * 1000;
  let grant = first;
  let shown = "";
  for (;;) {
    if (shownOf(grant) !== shown) onChange?.(grant);
    shown = shownOf(grant);
    if (grant.status === "ACTIVE") return grant;
    const none = noAccess(grant);
    if (none) throw none;
    const left = until - now();
    if (left <= 0) throw new PendingError(stillPending(grant), grant);
    const people = grant.status === "PENDING";
    const wait = people ? untilPeople(grant) : untilStart(grant, now());
    if (wait > 0) await pause(Math.min(wait, left), signal);
    const wanted = people || left < HELD_SECONDS * 1000 ? 0 : HELD_SECONDS;
    grant = await broker.grant(grant.id, {
      ...(wanted ? { wait: wanted } : {}),
      ...(signal ? { signal } : {}),
    });
    // Held calls wait in the broker; one that came back at once must not make a busy loop.
    if (!people && grant.status !== "ACTIVE" && wait === 0) await pause(Math.min(MACHINE_MS, left), signal);
  }
}

function stillPending(grant: GrantView): string {
  const asked = whoIsAsked(grant);
  return asked
    ? `Grant ${grant.id} still waits for ${asked}: look again with \`latchkey status ${grant.id}\`.`
    : `Grant ${grant.id} is ${grant.status} and gives no access yet: look again with \`latchkey status ${grant.id}\`.`;
}
