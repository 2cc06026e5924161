import type { Actor, SealedEvent } from "../../../../functions/core/audit/event.ts";
import type { Grant, Status } from "../../../../functions/core/grant/grant.ts";
import * as moves from "../../../../functions/core/grant/moves.ts";
import type { Moment, Step } from "../../../../functions/core/grant/step.ts";
import { askFor } from "../../grant/example.ts";

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function dice(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const text = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[below(alphabet.length)]).join("");
  return { below, id: () => text("abcdefghijklmnopqrstuvwxyz234567", 16) };
}
export type Dice = ReturnType<typeof dice>;

const AGENT: Actor = { type: "agent", id: "support-assistant" };
const BROKER: Actor = { type: "broker", id: "mint-credentials" };
const plans = [
  [],
  [],
  [{ group: "privacy", quorum: 1 }],
  [
    { group: "privacy", quorum: 2 },
    { group: "owners", quorum: 1 },
  ],
  "deny" as const,
];
const purposes = [
  "answer a customer",
  'say "hello", naïve 漢字 🗝️',
  "nightly evaluation",
  "\u2028 odd spaces",
];

type Choice = (at: Moment) => Step;
const word = (grant: Grant) => ({ person: `person-${grant.version}`, comment: "fine" });

/** What may become of a grant next, by the moves of the core. */
function choices(grant: Grant): Choice[] {
  const next: { [S in Status]?: (grant: never) => Choice[] } = {
    PENDING: (one: Extract<Grant, { status: "PENDING" }>) => [
      (at) => moves.approve(one, word(one), at),
      (at) => moves.approve(one, word(one), at),
      (at) => moves.reject(one, word(one), at),
      (at) => moves.expire(one, { code: "nobody_decided" }, at),
      (at) => moves.cancel(one, { code: "released" }, at),
    ],
    APPROVED: (one: Extract<Grant, { status: "APPROVED" }>) => [
      (at) => moves.claim(one, at),
      (at) => moves.claim(one, at),
      (at) => moves.deny(one, { code: "lockdown" }, at),
    ],
    ACTIVATING: (one: Extract<Grant, { status: "ACTIVATING" }>) => [
      (at) => moves.activate(one, { policyVersion: "sha256:policy" }, at),
      (at) => moves.activate(one, { policyVersion: "sha256:policy" }, at),
      (at) => moves.claim(one, at),
      (at) => moves.fail(one, { code: "sts_refused" }, at),
    ],
    ACTIVE: (one: Extract<Grant, { status: "ACTIVE" }>) => [
      (at) => moves.end(one, at),
      (at) => moves.stop(one, { code: "revoked", detail: "enough" }, at),
    ],
    REVOKING: (one: Extract<Grant, { status: "REVOKING" }>) => [(at) => moves.confirm(one, "probed", at)],
  };
  return next[grant.status]?.(grant as never) ?? [];
}

/** A grant's moves until it ends, or until nothing more happens in `untilMs`: its events, oldest first. */
export function life(chance: Dice, startMs: number, untilMs: number): SealedEvent[] {
  let now = startMs;
  const moment = (by: Actor): Moment => ({ now, by, writer: "w" });
  const plan = plans[chance.below(plans.length)] ?? [];
  const purpose = purposes[chance.below(purposes.length)] ?? "";
  let step = moves.request(askFor(plan, { id: chance.id(), purpose }), moment(AGENT));
  const events = [step.event];
  for (let possible = choices(step.after); possible.length > 0; possible = choices(step.after)) {
    now += 1 + chance.below(chance.below(4) === 0 ? 2_700_000 : 20_000);
    if (now >= untilMs) break;
    const choice = possible[chance.below(possible.length)];
    if (!choice) break;
    step = choice(moment(BROKER));
    events.push(step.event);
  }
  return events;
}
