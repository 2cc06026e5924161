import type { Facts } from "../../../functions/core/audit/event.ts";
import type { Status } from "../../../functions/core/grant/grant.ts";
import * as moves from "../../../functions/core/grant/moves.ts";
import * as rotation from "../../../functions/core/grant/rotation.ts";
import type { Step } from "../../../functions/core/grant/step.ts";
import type { MoveName } from "../../../functions/core/grant/transitions.ts";
import * as x from "./example.ts";

/** One move as it should be: from a life, by a function, to a status with exactly these fields of its own. */
export type MoveCase = {
  rule: string;
  life: x.Life | undefined;
  run(): Step;
  to: Status;
  fields: Record<string, unknown>;
  facts: Facts;
  /** Only for moves that decide on a stage: the stages as they are afterwards. */
  stages?: { status: string; people: string[]; decideBy?: string }[];
};

const later = (seconds: number, by = x.BROKER) => x.moment({ now: x.T0 + seconds * 1_000, by });
const CLOSED = "2026-11-21T09:30:09.250Z";
const closing = (code: string, by: string, detail?: string) => ({
  closing: { code, by, ...(detail ? { detail } : {}) },
});

const one = x.pending();
const two = x.pending(x.TWO);
const half = x.step<"PENDING">(two, moves.approve(two.grant, { person: "priya" }, later(1, x.PRIYA)));
const start = "2026-11-21T10:00:00Z";
const scheduled = x.approved({ requestedStart: start });
const { APPROVED: approved, ACTIVATING: activating, ACTIVE: active, REVOKING: revoking } = lifeOf();

function lifeOf() {
  return { APPROVED: x.approved(), ACTIVATING: x.activating(), ACTIVE: x.active(), REVOKING: x.revoking() };
}

const WINDOW = { startsAt: "2026-11-21T09:30:01Z", endsAt: "2026-11-21T10:00:01Z" };
const LIVE = { attempt: 1, claimedAt: "2026-11-21T09:30:01.250Z", ...WINDOW };
const STOPPED = { stoppedAt: "2026-11-21T09:30:03.250Z", ...closing("released", "support-assistant") };

/** A window of three hours, whose first session ends after one: the second is due a quarter of an hour before. */
const ROTATE_AT = "2026-11-21T10:15:00.250Z";
const ROTATING = { attempt: 2, claimedAt: "2026-11-21T10:15:00.250Z" };
const LONG = { ...LIVE, endsAt: "2026-11-21T12:30:01Z", activatedAt: "2026-11-21T09:30:02.250Z" };
const long = x.active({ windowSeconds: 10_800 }, ROTATE_AT);
const rotating = x.step<"ACTIVE">(long, rotation.claimRotation(long.grant, later(2_700)));
const missed = x.step<"ACTIVE">(
  rotating,
  rotation.missRotation(rotating.grant, { code: "AccessDenied" }, later(2_700)),
);

const cases = {
  request: [
    {
      rule: "a plain no is kept as DENIED, with the rules' reasons and no stage",
      life: undefined,
      run: () => moves.request(x.askFor("deny"), later(0, x.AGENT)),
      to: "DENIED",
      fields: {
        closedAt: "2026-11-21T09:30:00.250Z",
        ...closing("policy_denied", "support-assistant", "environments do not mix"),
      },
      facts: {
        code: "policy_denied",
        reason: "environments do not mix",
        decision: "deny",
        rules: "no-crossing",
      },
      stages: [],
    },
    {
      rule: "a plan opens its first stage, for a day, and only that",
      life: undefined,
      run: () => moves.request(x.askFor(x.TWO), later(0, x.AGENT)),
      to: "PENDING",
      fields: {},
      facts: {
        decision: "needs_approval",
        scope: '{"prefix":"2026/"}',
        role: "latchkey-access-production-data",
      },
      stages: [
        { status: "open", people: [], decideBy: "2026-11-22T09:30:00Z" },
        { status: "waiting", people: [] },
      ],
    },
    {
      rule: "without a plan it is approved at once, for a quarter of an hour",
      life: undefined,
      run: () => moves.request(x.askFor([]), later(0, x.AGENT)),
      to: "APPROVED",
      fields: { approvedAt: "2026-11-21T09:30:00.250Z", startBy: "2026-11-21T09:45:00Z" },
      facts: { decision: "allow", windowSeconds: 1_800, policyVersion: "sha256:policy" },
    },
    {
      rule: "an approval for later lasts until the start and a quarter of an hour",
      life: undefined,
      run: () => moves.request(x.askFor([], { requestedStart: start }), later(0, x.AGENT)),
      to: "APPROVED",
      fields: { approvedAt: "2026-11-21T09:30:00.250Z", startBy: "2026-11-21T10:15:00Z" },
      facts: { status: "APPROVED" },
    },
  ],
  approveStage: [
    {
      rule: "one yes of two keeps the stage open, with its deadline (I-13)",
      life: two,
      run: () => moves.approve(two.grant, { person: "priya", comment: "fine" }, later(1, x.PRIYA)),
      to: "PENDING",
      fields: {},
      facts: { stage: 1, group: "privacy", reason: "fine" },
      stages: [
        { status: "open", people: ["priya"], decideBy: "2026-11-22T09:30:00Z" },
        { status: "waiting", people: [] },
      ],
    },
    {
      rule: "a full stage opens the next one, for a day from then (I-13)",
      life: half,
      run: () => moves.approve(half.grant, { person: "ola" }, later(9, x.PRIYA)),
      to: "PENDING",
      fields: {},
      facts: { stage: 1, group: "privacy" },
      stages: [
        { status: "approved", people: ["priya", "ola"], decideBy: "2026-11-22T09:30:00Z" },
        { status: "open", people: [], decideBy: "2026-11-22T09:30:09Z" },
      ],
    },
  ],
  approve: [
    {
      rule: "the last stage's quorum approves the grant",
      life: one,
      run: () => moves.approve(one.grant, { person: "priya", comment: "ok" }, later(9, x.PRIYA)),
      to: "APPROVED",
      fields: { approvedAt: CLOSED, startBy: "2026-11-21T09:45:09Z" },
      facts: { stage: 1, group: "privacy", reason: "ok" },
      stages: [{ status: "approved", people: ["priya"], decideBy: "2026-11-22T09:30:00Z" }],
    },
  ],
  reject: [
    {
      rule: "one no rejects, whatever was said before",
      life: half,
      run: () => moves.reject(half.grant, { person: "ola", comment: "too broad" }, later(9, x.PRIYA)),
      to: "REJECTED",
      fields: { closedAt: CLOSED, ...closing("rejected", "priya", "too broad") },
      facts: { stage: 1, group: "privacy", code: "rejected", reason: "too broad" },
      stages: [
        { status: "rejected", people: ["priya", "ola"], decideBy: "2026-11-22T09:30:00Z" },
        { status: "waiting", people: [] },
      ],
    },
  ],
  expire: [
    {
      rule: "nobody decided in time (I-20)",
      life: one,
      run: () => moves.expire(one.grant, { code: "nobody_decided" }, later(9)),
      to: "EXPIRED",
      fields: { closedAt: CLOSED, ...closing("nobody_decided", "mint-credentials") },
      facts: { code: "nobody_decided" },
    },
    {
      rule: "nothing was minted in time",
      life: approved,
      run: () => moves.expire(approved.grant, { code: "start_missed" }, later(9)),
      to: "EXPIRED",
      fields: { closedAt: CLOSED, ...closing("start_missed", "mint-credentials") },
      facts: { code: "start_missed" },
    },
  ],
  cancel: [one, approved].map((life) => ({
    rule: `the requester takes back a ${life.grant.status} ask`,
    life,
    run: () => moves.cancel(life.grant, { code: "released" }, later(9, x.AGENT)),
    to: "CANCELLED" as const,
    fields: { closedAt: CLOSED, ...closing("released", "support-assistant") },
    facts: { code: "released" },
  })),
  deny: [
    ...[one, approved].map((life) => ({
      rule: `a ${life.grant.status} grant needs no deny entry`,
      life,
      run: () => moves.deny(life.grant, { code: "policy_changed", detail: "rule gone" }, later(9)),
      to: "DENIED" as const,
      fields: { closedAt: CLOSED, ...closing("policy_changed", "mint-credentials", "rule gone") },
      facts: { code: "policy_changed", reason: "rule gone" },
    })),
    {
      rule: "a claimed grant keeps its window and attempt in the record",
      life: activating,
      run: () => moves.deny(activating.grant, { code: "policy_changed" }, later(9)),
      to: "DENIED",
      fields: { closedAt: CLOSED, ...LIVE, ...closing("policy_changed", "mint-credentials") },
      facts: { ...WINDOW, attempt: 1, code: "policy_changed" },
    },
  ],
  claim: [
    {
      rule: "the first claim fixes the window, in whole seconds (I-02)",
      life: approved,
      run: () => moves.claim(approved.grant, later(9)),
      to: "ACTIVATING",
      fields: {
        attempt: 1,
        claimedAt: CLOSED,
        startsAt: "2026-11-21T09:30:09Z",
        endsAt: "2026-11-21T10:00:09Z",
      },
      facts: { attempt: 1, sessionName: "lk.support.k7m2qx4zabcd2345.1" },
    },
    {
      rule: "with a requested start the window is that start and no longer, however late (I-04)",
      life: scheduled,
      run: () => moves.claim(scheduled.grant, later(2_400)),
      to: "ACTIVATING",
      fields: {
        attempt: 1,
        claimedAt: "2026-11-21T10:10:00.250Z",
        startsAt: start,
        endsAt: "2026-11-21T10:30:00Z",
      },
      facts: { startsAt: start, endsAt: "2026-11-21T10:30:00Z" },
    },
    {
      rule: "the next attempt has a name of its own and moves nothing (I-02, I-06)",
      life: activating,
      run: () => moves.claim(activating.grant, later(61)),
      to: "ACTIVATING",
      fields: { ...LIVE, attempt: 2, claimedAt: "2026-11-21T09:31:01.250Z" },
      facts: { ...WINDOW, attempt: 2, sessionName: "lk.support.k7m2qx4zabcd2345.2" },
    },
  ],
  activate: [
    {
      rule: "what was minted is active, under the policy it was checked against",
      life: activating,
      run: () => moves.activate(activating.grant, { policyVersion: "sha256:later" }, later(9)),
      to: "ACTIVE",
      fields: { ...LIVE, activatedAt: CLOSED },
      facts: {
        ...WINDOW,
        attempt: 1,
        sessionName: "lk.support.k7m2qx4zabcd2345.1",
        policyVersion: "sha256:later",
      },
    },
  ],
  claimRotation: [
    {
      rule: "the next attempt is claimed while the session before works on, and nothing else moves (I-02, I-06)",
      life: long,
      run: () => rotation.claimRotation(long.grant, later(2_700)),
      to: "ACTIVE",
      fields: { ...LONG, rotateAt: ROTATE_AT, rotating: ROTATING, lastAttempt: 2 },
      facts: { attempt: 2, sessionName: "lk.support.k7m2qx4zabcd2345.2" },
    },
    {
      rule: "after one that failed the next has another name (I-06)",
      life: missed,
      run: () => rotation.claimRotation(missed.grant, later(2_760)),
      to: "ACTIVE",
      fields: {
        ...LONG,
        rotateAt: "2026-11-21T10:16:00.250Z",
        rotating: { attempt: 3, claimedAt: "2026-11-21T10:16:00.250Z" },
        lastAttempt: 3,
      },
      facts: { attempt: 3, sessionName: "lk.support.k7m2qx4zabcd2345.3" },
    },
  ],
  rotate: [
    {
      rule: "the new session takes the place of the one before (I-02)",
      life: rotating,
      run: () =>
        rotation.rotate(
          rotating.grant,
          { policyVersion: "sha256:later", rotateAt: "2026-11-21T11:00:00Z" },
          later(2_701),
        ),
      to: "ACTIVE",
      fields: { ...LONG, attempt: 2, claimedAt: ROTATING.claimedAt, rotateAt: "2026-11-21T11:00:00Z" },
      facts: { attempt: 2, sessionName: "lk.support.k7m2qx4zabcd2345.2", policyVersion: "sha256:later" },
    },
    {
      rule: "the last one needs no other",
      life: rotating,
      run: () => rotation.rotate(rotating.grant, { policyVersion: "v", rotateAt: undefined }, later(2_701)),
      to: "ACTIVE",
      fields: { ...LONG, attempt: 2, claimedAt: ROTATING.claimedAt },
      facts: { attempt: 2 },
    },
  ],
  missRotation: [
    {
      rule: "the session before stays, and the next try is due",
      life: rotating,
      run: () => rotation.missRotation(rotating.grant, { code: "AccessDenied", detail: "no" }, later(2_700)),
      to: "ACTIVE",
      fields: { ...LONG, rotateAt: "2026-11-21T10:16:00.250Z", lastAttempt: 2 },
      facts: { attempt: 2, code: "AccessDenied", reason: "no", sessionName: "lk.support.k7m2qx4zabcd2345.2" },
    },
  ],
  fail: [
    {
      rule: "nothing was minted, or the window is over",
      life: activating,
      run: () => moves.fail(activating.grant, { code: "window_over" }, later(9)),
      to: "FAILED",
      fields: { ...LIVE, closedAt: CLOSED, ...closing("window_over", "mint-credentials") },
      facts: { ...WINDOW, code: "window_over" },
    },
  ],
  end: [
    {
      rule: "the window is over",
      life: active,
      run: () => moves.end(active.grant, later(9)),
      to: "ENDED",
      fields: { ...LIVE, closedAt: CLOSED, ...closing("window_over", "mint-credentials") },
      facts: { ...WINDOW, code: "window_over" },
    },
  ],
  stop: [activating, active].map((life) => ({
    rule: `whoever stops an ${life.grant.status} grant leaves it REVOKING, not yet revoked (I-25)`,
    life,
    run: () => moves.stop(life.grant, { code: "revoked", detail: "leak" }, later(9, x.PRIYA)),
    to: "REVOKING" as const,
    fields: {
      ...LIVE,
      stoppedAt: CLOSED,
      ...closing("revoked", "priya", "leak"),
      // The attempt that is under way may still mint.
      ...(life === activating ? { openClaim: LIVE.claimedAt } : {}),
    },
    facts: { ...WINDOW, code: "revoked", reason: "leak" },
  })),
  confirm: (["probed", "expired"] as const).map((proof) => ({
    rule: `REVOKED says how it is known: ${proof} (I-25)`,
    life: revoking,
    run: () => moves.confirm(revoking.grant, proof, later(9)),
    to: "REVOKED" as const,
    fields: { ...LIVE, ...STOPPED, closedAt: CLOSED, proof },
    facts: { ...WINDOW, proof, code: "released" },
  })),
} satisfies Record<MoveName, MoveCase[]>;

/** All cases in a row, each with the name of its move. */
export const allCases: (MoveCase & { move: MoveName })[] = Object.entries(cases).flatMap(([move, rows]) =>
  (rows as MoveCase[]).map((row) => ({ move: move as MoveName, ...row })),
);
