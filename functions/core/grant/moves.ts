import type { Facts } from "../audit/event.ts";
import type { Decision } from "../policy/decided.ts";
import { recordedFacts } from "../policy/recorded.ts";
import { epochMs, isoMillis, isoSeconds } from "../time.ts";
import { givesSession } from "./gives.ts";
import { type Asked, askedPart, type Grant, type GrantIn, openStage, type Stage } from "./grant.ts";
import { type Moment, makeStep, planFacts, type Step } from "./step.ts";
import type { FromOf, MoveName } from "./transitions.ts";

/** How long a stage waits for people, how long an approval waits for its start, and how long a minter's claim holds. */
export const LIMITS_MS = {
  stage: 24 * 3_600_000,
  approval: 15 * 60_000,
  /** The minter's timeout (30 s) plus 30 s: after that the claiming run is surely dead. */
  claimLease: 60_000,
} as const;

/** The part of a stage's time after which a second group, where the rule names one, may decide too. */
const ESCALATE_AFTER = 0.75;

/** The name of the session of an attempt: server-made, no user text (I-06). At most 64 characters by the catalogue's key. */
export const sessionName = (grant: Pick<Grant, "id" | "agent">, attempt: number): string =>
  `lk.${grant.agent.key}.${grant.id}.${attempt}`;

/** What an event tells of an attempt's session, where there is one. */
const sessionFacts = (grant: Grant, attempt: number): Facts =>
  givesSession(grant) ? { sessionName: sessionName(grant, attempt) } : {};

type From<M extends MoveName> = GrantIn<Extract<FromOf<M>, Grant["status"]>>;
/** Why it ends. `facts`: what its event tells beside that. */
type Closing = { code: string; detail?: string | undefined; facts?: Facts };

const closingOf = ({ code, detail }: Closing, { by }: Moment) => ({
  code,
  by: by.id,
  ...(detail ? { detail } : {}),
});
const liveOf = ({ attempt, claimedAt, startsAt, endsAt }: GrantIn<"ACTIVE" | "ACTIVATING" | "REVOKING">) => ({
  attempt,
  claimedAt,
  startsAt,
  endsAt,
});

function approvedUntil(requestedStart: string | undefined, now: number): string {
  const start = Math.max(now, requestedStart ? epochMs(requestedStart) : now);
  return isoSeconds(start + LIMITS_MS.approval);
}

/** Opens a stage. With a requested start nobody can usefully decide later than an approval would last. */
function open(stage: Stage, now: number, requestedStart: string | undefined): Stage {
  const latest = requestedStart ? epochMs(requestedStart) + LIMITS_MS.approval : Number.POSITIVE_INFINITY;
  const wait = stage.within === undefined ? LIMITS_MS.stage : stage.within * 1000;
  const decideBy = Math.min(now + wait, latest);
  const escalateAt = stage.escalateTo
    ? { escalateAt: isoSeconds(now + (decideBy - now) * ESCALATE_AFTER) }
    : {};
  return {
    ...stage,
    status: "open",
    openedAt: isoMillis(now),
    ...escalateAt,
    decideBy: isoSeconds(decideBy),
  };
}

/** One person's word on the open stage, and the team that they are of. `channel`: absent is by the link of a mail. */
type Word = {
  person: string;
  team?: string | undefined;
  comment?: string | undefined;
  channel?: "signed" | undefined;
};

/** The stage that a word is on. Throws where callers should not have come: nothing is open, or not in this way. */
function stageFor(before: From<"approve" | "reject">, word: Word): Stage {
  const current = openStage(before);
  if (!current) throw new RangeError("no stage is open");
  if (current.channel === "signed" && word.channel !== "signed")
    throw new RangeError("this stage is decided through the signed API only");
  // A person counts once in all, in whatever stage (I-13); callers offer no second try.
  if (before.stages.some((stage) => stage.decided.some((one) => one.person === word.person)))
    throw new RangeError("this person has decided already");
  return current;
}

const entryOf = ({ person, comment, channel }: Word, now: number): Stage["decided"][number] => ({
  person,
  at: isoMillis(now),
  ...(comment ? { comment } : {}),
  ...(channel ? { channel } : {}),
});
const wordFacts = ({ stage, group }: Stage, { channel, team }: Word) => ({
  stage,
  group,
  ...(channel ? { channel } : {}),
  ...(team ? { approverTeam: team } : {}),
});

type Request = Omit<Asked, "version" | "writer" | "chain" | "stages" | "askedAt" | "schema" | "decision"> & {
  decision: Decision;
};

/** The first move: what the decision made of an ask. */
export function request(ask: Request, moment: Moment, facts: Facts = {}): Step {
  const { now } = moment;
  const stages = ask.decision.plan.map((planned): Stage => ({ ...planned, status: "waiting", decided: [] }));
  const { shadow: _, ...decision } = ask.decision;
  const base = { ...ask, decision, schema: 1 as const, askedAt: isoMillis(now) };
  const make = (after: Parameters<typeof makeStep>[1]["after"]) =>
    makeStep(
      "request",
      {
        before: undefined,
        after,
        facts: { ...planFacts(ask.decision), ...recordedFacts(ask.decision, ask.requestedStart), ...facts },
      },
      moment,
    );
  if (ask.decision.outcome === "deny") {
    const detail = ask.decision.rules.map((rule) => rule.reason).join("; ");
    const closing = closingOf({ code: "policy_denied", detail }, moment);
    return make({ ...base, stages: [], status: "DENIED", closedAt: isoMillis(now), closing });
  }
  const [first, ...rest] = stages;
  if (!first) {
    // Fail closed: only a plain yes needs nobody (I-13).
    if (ask.decision.outcome !== "allow") throw new RangeError("approval is needed, but the plan is empty");
    const startBy = approvedUntil(ask.requestedStart, now);
    return make({ ...base, stages, status: "APPROVED", approvedAt: isoMillis(now), startBy });
  }
  return make({ ...base, status: "PENDING", stages: [open(first, now, ask.requestedStart), ...rest] });
}

/** One person's yes to the open stage; the grant is approved when the last stage has its quorum. */
export function approve(before: From<"approve">, yes: Word, moment: Moment): Step {
  const { now } = moment;
  const current = stageFor(before, yes);
  const decided = [...current.decided, entryOf(yes, now)];
  const filled = decided.length >= current.quorum;
  const stages = before.stages.map((stage): Stage => {
    if (stage.stage === current.stage) return { ...stage, decided, status: filled ? "approved" : "open" };
    return filled && stage.stage === current.stage + 1 ? open(stage, now, before.requestedStart) : stage;
  });
  const facts = { ...wordFacts(current, yes), ...(yes.comment ? { reason: yes.comment } : {}) };
  const asked = askedPart(before);
  if (stages.every((stage) => stage.status === "approved")) {
    const startBy = approvedUntil(before.requestedStart, now);
    const after = { ...asked, stages, status: "APPROVED" as const, approvedAt: isoMillis(now), startBy };
    return makeStep("approve", { before, after, facts }, moment);
  }
  return makeStep("approveStage", { before, after: { ...asked, stages, status: "PENDING" }, facts }, moment);
}

/** One person's no to the open stage: it rejects the grant. */
export function reject(before: From<"reject">, no: Word, moment: Moment): Step {
  const { now } = moment;
  const current = stageFor(before, no);
  const entry = entryOf(no, now);
  const stages = before.stages.map(
    (stage): Stage =>
      stage.stage === current.stage
        ? { ...stage, status: "rejected", decided: [...stage.decided, entry] }
        : stage,
  );
  const closing = closingOf({ code: "rejected", detail: no.comment }, moment);
  const after = {
    ...askedPart(before),
    stages,
    status: "REJECTED" as const,
    closedAt: isoMillis(now),
    closing,
  };
  return makeStep("reject", { before, after, facts: wordFacts(current, no) }, moment);
}

/** Nobody decided, or nothing was minted, in time. */
export function expire(before: From<"expire">, why: Closing, moment: Moment): Step {
  const closedAt = isoMillis(moment.now);
  return makeStep(
    "expire",
    { before, after: { ...askedPart(before), status: "EXPIRED", closedAt, closing: closingOf(why, moment) } },
    moment,
  );
}

/** The requester took the ask back before anything was minted. */
export function cancel(before: From<"cancel">, why: Closing, moment: Moment): Step {
  const closedAt = isoMillis(moment.now);
  return makeStep(
    "cancel",
    {
      before,
      after: { ...askedPart(before), status: "CANCELLED", closedAt, closing: closingOf(why, moment) },
      facts: why.facts ?? {},
    },
    moment,
  );
}

/** Policy, or whoever stops it, says no before a session exists. From ACTIVATING only when nothing was minted. */
export function deny(before: From<"deny">, why: Closing, moment: Moment): Step {
  const closedAt = isoMillis(moment.now);
  const live = before.status === "ACTIVATING" ? liveOf(before) : {};
  return makeStep(
    "deny",
    {
      before,
      after: { ...askedPart(before), ...live, status: "DENIED", closedAt, closing: closingOf(why, moment) },
      facts: why.facts ?? {},
    },
    moment,
  );
}

/**
 * Claims the next attempt to mint. The first claim fixes the window: with a requested start T it is T and T plus the
 * window, however late the claim. A later claim keeps it.
 */
export function claim(before: From<"claim">, moment: Moment): Step {
  const { now } = moment;
  const start = before.requestedStart ? epochMs(before.requestedStart) : Math.floor(now / 1000) * 1000;
  // A session has no "not before": claimed early, it would work early.
  if (start > now) throw new RangeError(`grant ${before.id} starts at ${before.requestedStart}`);
  const window =
    before.status === "ACTIVATING"
      ? { startsAt: before.startsAt, endsAt: before.endsAt, attempt: before.attempt + 1 }
      : { startsAt: isoSeconds(start), endsAt: isoSeconds(start + before.windowSeconds * 1000), attempt: 1 };
  const after = { ...askedPart(before), status: "ACTIVATING" as const, ...window, claimedAt: isoMillis(now) };
  return makeStep("claim", { before, after, facts: sessionFacts(before, window.attempt) }, moment);
}

/**
 * The claimed attempt was minted and sealed. `policyVersion` is the one it was checked against; `rotateAt` when the next
 * session is due, if the window outlasts this one.
 */
export function activate(
  before: From<"activate">,
  minted: { policyVersion: string; rotateAt?: string | undefined },
  moment: Moment,
): Step {
  const after = {
    ...askedPart(before),
    ...liveOf(before),
    status: "ACTIVE" as const,
    activatedAt: isoMillis(moment.now),
    ...(minted.rotateAt === undefined ? {} : { rotateAt: minted.rotateAt }),
  };
  const facts = { ...sessionFacts(before, before.attempt), policyVersion: minted.policyVersion };
  return makeStep("activate", { before, after, facts }, moment);
}

/** Every attempt is known to have minted nothing, or the window is over. */
export function fail(before: From<"fail">, why: Closing, moment: Moment): Step {
  const closedAt = isoMillis(moment.now);
  return makeStep(
    "fail",
    {
      before,
      after: {
        ...askedPart(before),
        ...liveOf(before),
        status: "FAILED",
        closedAt,
        closing: closingOf(why, moment),
      },
    },
    moment,
  );
}

/** The window is over; the session policy has ended the access by itself. */
export function end(before: From<"end">, moment: Moment): Step {
  const closing = closingOf({ code: "window_over" }, moment);
  const after = {
    ...askedPart(before),
    ...liveOf(before),
    status: "ENDED" as const,
    closedAt: isoMillis(moment.now),
    closing,
  };
  return makeStep("end", { before, after }, moment);
}

/**
 * The requester gave it back, and its resource lets sessions end by themselves: nothing more is collected, and what was
 * works until `liveUntil` at the latest. Without a deny (`onRelease: expire`).
 */
export function letExpire(before: From<"end">, liveUntil: string, moment: Moment): Step {
  const after = {
    ...askedPart(before),
    ...liveOf(before),
    status: "ENDED" as const,
    closedAt: isoMillis(moment.now),
    closing: closingOf({ code: "released" }, moment),
    liveUntil,
  };
  return makeStep("end", { before, after }, moment);
}

/** Somebody stops a grant whose session exists, or may: the deny entry goes into the same transaction. */
export function stop(before: From<"stop">, why: Closing, moment: Moment): Step {
  const stoppedAt = isoMillis(moment.now);
  const openClaim = before.status === "ACTIVATING" ? before.claimedAt : before.rotating?.claimedAt;
  const after = {
    ...askedPart(before),
    ...liveOf(before),
    status: "REVOKING" as const,
    stoppedAt,
    closing: closingOf(why, moment),
    ...(openClaim ? { openClaim } : {}),
  };
  return makeStep("stop", { before, after, facts: why.facts ?? {} }, moment);
}

/** The denial is in force as far as refused calls can show, or the window is over, or nothing outside the table was live. */
export function confirm(
  before: From<"confirm">,
  proof: "probed" | "expired" | "no_session",
  moment: Moment,
): Step {
  const { stoppedAt, closing } = before;
  const after = {
    ...askedPart(before),
    ...liveOf(before),
    status: "REVOKED" as const,
    stoppedAt,
    closing,
    closedAt: isoMillis(moment.now),
    proof,
  };
  const latencyMs = Math.max(0, moment.now - epochMs(stoppedAt));
  return makeStep(
    "confirm",
    { before, after, facts: { proof, ...(proof === "probed" ? { latencyMs } : {}) } },
    moment,
  );
}
