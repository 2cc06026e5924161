import type { Actor, SealedEvent } from "../../../functions/core/audit/event.ts";
import { approvalDigest } from "../../../functions/core/grant/digest.ts";
import type { Grant, GrantIn, Stage, Status } from "../../../functions/core/grant/grant.ts";
import * as moves from "../../../functions/core/grant/moves.ts";
import type { Moment, Step } from "../../../functions/core/grant/step.ts";
import { askContext } from "../../../functions/core/policy/context.ts";
import type { Decision } from "../../../functions/core/policy/decided.ts";

/** A quarter of a second past 09:30, so that whole seconds and milliseconds differ. */
export const T0 = Date.UTC(2026, 10, 21, 9, 30, 0, 250);
export const AGENT: Actor = { type: "agent", id: "support-assistant" };
export const BROKER: Actor = { type: "broker", id: "mint-credentials" };
export const PRIYA: Actor = { type: "person", id: "priya" };

export const moment = (change: Partial<Moment> = {}): Moment => ({
  now: T0,
  by: BROKER,
  writer: "w",
  ...change,
});

export type Request = Parameters<typeof moves.request>[0];
/** One level of approval: group and quorum, and what else a rule may say of it. */
export type Level = Pick<Stage, "group" | "quorum"> &
  Partial<Pick<Stage, "escalateTo" | "within" | "channel">>;

const WHO: Grant["agent"] = {
  id: "support-assistant",
  key: "support",
  environment: "production",
  owner: "luca",
  arn: "arn:aws:iam::000000000000:user/support-assistant",
  uniqueId: "AIDAEXAMPLE",
};
const WHAT: Grant["resource"] = {
  id: "claims",
  kind: "s3-prefix",
  arn: "arn:aws:s3:::data-production/claims/*",
  environment: "production",
  classification: "restricted",
  role: "latchkey-access-production-data",
};

function decisionOf(levels: readonly Level[] | "deny"): Decision {
  const plan =
    levels === "deny"
      ? []
      : levels.map((level, index) => ({
          stage: index + 1,
          rule: `rule-${index + 1}`,
          reason: `reason ${index + 1}`,
          ...level,
        }));
  return {
    outcome: levels === "deny" ? "deny" : levels.length === 0 ? "allow" : "needs_approval",
    policyVersion: "sha256:policy",
    rules:
      levels === "deny"
        ? [{ id: "no-crossing", reason: "environments do not mix" }]
        : [{ id: "routine", reason: "routine read" }],
    plan,
    context: askContext.parse({ windowSeconds: 1_800, wholeResource: false, masked: false }),
  };
}

/** An ask for 30 minutes of `claims/2026/`, with the approvals that are given here. */
export function askFor(levels: readonly Level[] | "deny", change: Partial<Request> = {}): Request {
  const base = { access: "read" as const, scope: { prefix: "2026/" }, windowSeconds: 1_800, ...change };
  const { access, scope, windowSeconds } = base;
  const digest = approvalDigest({
    agent: WHO.id,
    kind: WHAT.kind,
    arn: WHAT.arn,
    access,
    scope,
    windowSeconds,
    masked: false,
    requestedStart: change.requestedStart,
  });
  return {
    ...base,
    id: "k7m2qx4zabcd2345",
    agent: WHO,
    resource: WHAT,
    masked: false,
    purpose: "answer a customer",
    digest,
    decision: decisionOf(levels),
    ...change,
  };
}

/** Steps taken one after the other: the grant as it is now, and its chain as it is kept. */
export type Life<G extends Grant = Grant> = { grant: G; kept: SealedEvent[] };
type LifeIn<S extends Status> = Life<GrantIn<S>>;

/** Takes one more step. Inputs are frozen, so that a move that changes what it was given throws. */
export function step<S extends Status>(life: Life | undefined, taken: Step): LifeIn<S> {
  return { grant: deepFreeze(taken.after) as GrantIn<S>, kept: [...(life?.kept ?? []), taken.event] };
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}

export const ONE: Level[] = [{ group: "privacy", quorum: 1 }];
export const TWO: Level[] = [
  { group: "privacy", quorum: 2 },
  { group: "data-owners", quorum: 1 },
];

const at = (seconds: number, by: Actor = BROKER) => moment({ now: T0 + seconds * 1_000, by });

export const pending = (levels = ONE, change: Partial<Request> = {}): LifeIn<"PENDING"> =>
  step(undefined, moves.request(askFor(levels, change), at(0, AGENT)));
export const approved = (change: Partial<Request> = {}): LifeIn<"APPROVED"> =>
  step(undefined, moves.request(askFor([], change), at(0, AGENT)));
export const activating = (change: Partial<Request> = {}): LifeIn<"ACTIVATING"> => {
  const life = approved(change);
  return step(life, moves.claim(life.grant, at(1)));
};
export const active = (change: Partial<Request> = {}, rotateAt?: string): LifeIn<"ACTIVE"> => {
  const life = activating(change);
  return step(life, moves.activate(life.grant, { policyVersion: "sha256:later", rotateAt }, at(2)));
};
export const revoking = (): LifeIn<"REVOKING"> => {
  const life = active();
  return step(life, moves.stop(life.grant, { code: "released" }, at(3, AGENT)));
};

/** A life that has come to each status by moves alone. */
export const lives: { [S in Status]: () => LifeIn<S> } = {
  PENDING: () => pending(),
  APPROVED: () => approved(),
  ACTIVATING: () => activating(),
  ACTIVE: () => active(),
  REVOKING: () => revoking(),
  DENIED: () => step(undefined, moves.request(askFor("deny"), at(0, AGENT))),
  REJECTED: () => ended(pending(), (one) => moves.reject(one.grant, { person: "priya" }, at(4, PRIYA))),
  EXPIRED: () => ended(pending(), (one) => moves.expire(one.grant, { code: "nobody_decided" }, at(86_401))),
  CANCELLED: () => ended(pending(), (one) => moves.cancel(one.grant, { code: "released" }, at(4, AGENT))),
  FAILED: () => ended(activating(), (one) => moves.fail(one.grant, { code: "sts_refused" }, at(4))),
  ENDED: () => ended(active(), (one) => moves.end(one.grant, at(1_801))),
  REVOKED: () => ended(revoking(), (one) => moves.confirm(one.grant, "probed", at(5))),
};

function ended<L extends Life, S extends Status>(life: L, make: (life: L) => Step): LifeIn<S> {
  return step(life, make(life));
}

/** What a grant has of its own in its status, without what every grant has. */
export function ownFields(grant: Grant): Record<string, unknown> {
  const shared = new Set(Object.keys(pending().grant));
  const optional = ["task", "ticket", "onBehalfOf", "model", "requestedStart", "scope"];
  return Object.fromEntries(
    Object.entries(grant).filter(([key]) => !shared.has(key) && !optional.includes(key)),
  );
}
