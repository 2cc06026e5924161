import type { Facts } from "./event.ts";

/**
 * The release of OCSF that events are aligned with: 1.8.0, of March 2026. Its `ai_operation` profile is used where a class
 * of ours has it (API Activity). A `record_integrity` profile was still in development for 1.9.0 when this was written, so
 * hash and text of a record go where 1.8.0 has a place for them: `raw_data_hash` and `raw_data`.
 * https://schema.ocsf.io/1.8.0/profiles/ai_operation
 */
export const OCSF_VERSION = "1.8.0";

type Fact = keyof Facts;
export type EventTypeRow = {
  /** Whether it is a grant's move, one to one, with a place in its chain; the others stand alone. */
  chained: boolean;
  /** One sentence for people: what has happened when this is on record. */
  meaning: string;
  /** Facts that it has always, and those that it may have. Any other is refused when an event is sealed. */
  must: readonly Fact[];
  may: readonly Fact[];
  /** Class of OCSF and its activity. 99 is `Other`: the class has no word for it, and the event's type is its name. */
  classUid: 3003 | 3004 | 3005 | 6003;
  activityId: number;
  /** 1 informational, 2 low, 3 medium, 4 high. */
  severityId: 1 | 2 | 3 | 4;
  /** `decided`: as the decision went. */
  outcome: "success" | "failure" | "decided";
};

/** What each event of a grant repeats of it. */
const GRANT = {
  must: [
    ...(["agent", "status", "resource", "resourceArn", "environment", "access", "masked", "role"] as const),
    ...(["windowSeconds", "purpose", "digest", "decision", "rules", "policyVersion", "owner"] as const),
  ],
  may: [
    ...(["team", "scope", "task", "ticket", "onBehalfOf", "model", "extends", "breakGlass"] as const),
    ...(["riskScore", "riskFactors", "startsAt", "endsAt", "attempt"] as const),
  ],
} as const;
/** What was asked of policy: told once, when the grant is asked for. */
const ASKED = ["plan", "approvalsNeeded", "capSeconds"] as const;
const ATTEMPT = ["attempt", "sessionName"] as const;
const WINDOW = ["startsAt", "endsAt"] as const;
/** Which lockdown it was, where it was one that stopped something. */
const STOPPED = ["reason", "lockdown", "target"] as const;
const WORD = ["stage", "group"] as const;

/** Facts of an event about one grant: the grant's own, and what this type has beside them. */
const ofGrant = <M extends Fact = never, N extends Fact = never>(
  more: readonly M[] = [],
  maybe: readonly N[] = [],
) => ({
  must: [...GRANT.must, ...more],
  may: [...GRANT.may, ...maybe],
});

const access = { classUid: 3005 } as const;
const session = { classUid: 3003, activityId: 99 } as const;
const entity = { classUid: 3004 } as const;
const call = { classUid: 6003 } as const;
const other = { activityId: 99 } as const;
const quiet = { severityId: 1, outcome: "success" } as const;

/**
 * Every type of event there is, with its schema. Classes of OCSF: 3003 Authorize Session, 3004 Entity Management, 3005
 * User Access Management, 6003 API Activity. https://schema.ocsf.io/1.8.0/classes
 * A type is never taken out, and a fact never moves from `may` to `must` for readers: what was sealed once is read for ever.
 */
export const eventTypes = {
  "grant.requested": {
    chained: true,
    meaning:
      "An agent asked for a grant, and policy decided: it waits for people, is approved, or is denied.",
    ...ofGrant([], [...ASKED, "people", "code", "reason"]),
    ...call,
    activityId: 1,
    severityId: 1,
    outcome: "decided",
  },
  "grant.stage_approved": {
    chained: true,
    meaning: "A person said yes, and the grant waits for others still.",
    ...ofGrant(WORD, ["channel", "reason", "approverTeam"]),
    ...{ ...access, ...other, ...quiet },
  },
  "grant.approved": {
    chained: true,
    meaning: "A person said the last yes that was needed.",
    ...ofGrant(WORD, ["channel", "reason", "approverTeam"]),
    ...{ ...access, ...other, ...quiet },
  },
  "grant.rejected": {
    chained: true,
    meaning: "A person said no: the grant is over.",
    ...ofGrant([...WORD, "code"], ["channel", "reason", "approverTeam"]),
    ...{ ...access, ...other },
    severityId: 1,
    outcome: "failure",
  },
  "grant.expired": {
    chained: true,
    meaning: "Nobody decided in time, or nothing was minted in time.",
    ...ofGrant(["code"], ["reason"]),
    ...{ ...access, ...other },
    severityId: 1,
    outcome: "failure",
  },
  "grant.cancelled": {
    chained: true,
    meaning: "The grant was taken back, or stopped, before anything was minted.",
    ...ofGrant(["code"], STOPPED),
    ...{ ...access, ...other, ...quiet },
  },
  "grant.denied": {
    chained: true,
    meaning: "Policy, a lockdown or a red flag said no after the ask; no session of it works.",
    ...ofGrant(["code"], STOPPED),
    ...{ ...access, ...other },
    severityId: 2,
    outcome: "failure",
  },
  "grant.attempt_claimed": {
    chained: true,
    meaning: "The minter says that it is about to assume the access role: written before the call.",
    ...ofGrant([...ATTEMPT, ...WINDOW]),
    ...{ ...session, ...quiet },
  },
  "grant.activated": {
    chained: true,
    meaning: "A session was minted and sealed: its agent can collect it.",
    ...ofGrant([...ATTEMPT, ...WINDOW]),
    ...access,
    activityId: 1,
    ...quiet,
  },
  "grant.rotated": {
    chained: true,
    meaning: "A further session of the same window was minted in place of the one before.",
    ...ofGrant([...ATTEMPT, ...WINDOW]),
    ...{ ...session, ...quiet },
  },
  "grant.rotation_failed": {
    chained: true,
    meaning: "A further session could not be had: the one before works on, and another try follows.",
    ...ofGrant([...ATTEMPT, ...WINDOW, "code"], ["reason"]),
    ...session,
    severityId: 2,
    outcome: "failure",
  },
  "grant.failed": {
    chained: true,
    meaning: "Nothing could be minted: the grant is over.",
    ...ofGrant(["code"], ["reason"]),
    ...{ ...access, ...other },
    severityId: 2,
    outcome: "failure",
  },
  "grant.ended": {
    chained: true,
    meaning: "The window is over, or the grant was released to end by itself.",
    ...ofGrant(["code"], ["reason"]),
    ...access,
    activityId: 2,
    ...quiet,
  },
  "grant.revoking": {
    chained: true,
    meaning: "Somebody stopped a grant whose session exists: the denial is ordered with this.",
    ...ofGrant(["code"], STOPPED),
    ...{ ...access, ...other },
    severityId: 3,
    outcome: "success",
  },
  "grant.revoked": {
    chained: true,
    meaning: "The denial is in force as far as refused calls show it, or the window is over.",
    ...ofGrant(["code", "proof"], ["reason", "latencyMs"]),
    ...access,
    activityId: 2,
    ...quiet,
  },
  "approval.asked": {
    chained: false,
    meaning: "The people of a stage are being mailed, each a link and a code of their own.",
    ...ofGrant([...WORD, "people"], ["code"]),
    ...{ ...access, ...other, ...quiet },
  },
  "credentials.collected": {
    chained: false,
    meaning: "The agent collected a session for the first time: written before anything is unsealed.",
    ...ofGrant(ATTEMPT),
    ...call,
    activityId: 2,
    ...quiet,
  },
  "decision.dry_run": {
    chained: false,
    meaning: "An agent asked what policy would say, without a grant.",
    must: ["agent", "resource", "access", "windowSeconds", "decision", "rules", "policyVersion"],
    may: [
      ...(["owner", "team", "environment", "resourceArn", "scope", "digest", "purpose", "task"] as const),
      ...(["ticket", "onBehalfOf", "model", "riskScore", "riskFactors", ...ASKED] as const),
    ],
    ...call,
    activityId: 2,
    severityId: 1,
    outcome: "decided",
  },
  "review.opened": {
    chained: false,
    meaning: "The glass was broken: somebody has to look at it, and everybody who was passed over is named.",
    ...ofGrant(["people", "reason"], ["plan"]),
    ...{ ...access, ...other },
    severityId: 4,
    outcome: "success",
  },
  "review.closed": {
    chained: false,
    meaning: "Somebody who had no part in it looked at a broken glass, and says what they found.",
    ...ofGrant(["code", "reason"]),
    ...{ ...access, ...other, ...quiet },
  },
  "attempt.lost": {
    chained: false,
    meaning: "A claimed attempt delivered nothing: its run vanished, or the grant was stopped meanwhile.",
    ...ofGrant([...ATTEMPT, "code"], ["reason"]),
    ...session,
    severityId: 2,
    outcome: "failure",
  },
  "session.denied": {
    chained: false,
    meaning: "A grant that was released to end by itself was stopped after all: its sessions are denied.",
    ...ofGrant(["code"], STOPPED),
    ...access,
    activityId: 2,
    severityId: 3,
    outcome: "success",
  },
  "lockdown.set": {
    chained: false,
    meaning: "Somebody of security stopped an agent, a resource, a role or everything until further notice.",
    must: ["lockdown", "target", "reason"],
    may: ["agent", "resource", "role"],
    ...entity,
    activityId: 1,
    severityId: 4,
    outcome: "success",
  },
  "lockdown.lifted": {
    chained: false,
    meaning: "Somebody else of security let a lockdown end, and says why.",
    must: ["lockdown", "target", "reason"],
    may: ["agent", "resource", "role"],
    ...entity,
    activityId: 4,
    severityId: 3,
    outcome: "success",
  },
  "role.cut_off": {
    chained: false,
    meaning:
      "The deny list of an access role was full: every session of it that is older was denied at once.",
    must: ["role", "code", "count", "reason"],
    may: [],
    ...access,
    activityId: 2,
    severityId: 4,
    outcome: "success",
  },
  "policy.changed": {
    chained: false,
    meaning: "Another policy is in force from now on.",
    must: ["policyVersion"],
    may: ["reason"],
    ...entity,
    activityId: 3,
    severityId: 3,
    outcome: "success",
  },
  "person.added": {
    chained: false,
    meaning: "A policy names a person whom the one before did not.",
    must: ["people", "policyVersion"],
    may: ["team"],
    ...entity,
    activityId: 1,
    severityId: 2,
    outcome: "success",
  },
  "person.removed": {
    chained: false,
    meaning: "A policy does not name a person any more whom the one before did.",
    must: ["people", "policyVersion"],
    may: [],
    ...entity,
    activityId: 4,
    severityId: 2,
    outcome: "success",
  },
  "agent.pinned": {
    chained: false,
    meaning: "The first verified ask of an agent's name tied its unique id to it: another id is a stranger.",
    must: ["agent", "reason"],
    may: ["owner", "team"],
    ...entity,
    activityId: 6,
    ...quiet,
  },
  "request.refused": {
    chained: false,
    meaning:
      "A call was refused after its signature or link was checked; repeats within a minute are one more event.",
    must: ["code", "path", "count"],
    may: ["agent", "reason", "startsAt", "endsAt"],
    ...call,
    ...other,
    severityId: 2,
    outcome: "failure",
  },
  "record.read": {
    chained: false,
    meaning: "A person read grants of an agent; repeats within a minute are one more event.",
    must: ["path", "count"],
    may: ["agent", "startsAt", "endsAt"],
    ...call,
    activityId: 2,
    ...quiet,
  },
  "digest.signed": {
    chained: false,
    meaning: "An hour of the record was signed: what it lists cannot be changed unnoticed from then on.",
    must: ["digest", "startsAt", "endsAt", "objects", "heads"],
    may: ["code", "reason"],
    ...call,
    activityId: 1,
    ...quiet,
  },
} as const satisfies Record<string, EventTypeRow>;

export type EventType = keyof typeof eventTypes;
export const typeNames = Object.keys(eventTypes) as [EventType, ...EventType[]];

/** What a type has always, or may have. Widened, so that one can be looked for. */
export const rowFor = (type: EventType): EventTypeRow => eventTypes[type];

/** What is wrong with the facts of an event of that type, or nothing. */
export function factProblem(type: EventType, facts: Facts): string | undefined {
  const { must, may } = rowFor(type);
  const given = (Object.keys(facts) as Fact[]).filter((name) => facts[name] !== undefined);
  const missing = must.filter((name) => !given.includes(name));
  if (missing.length > 0) return `${type} needs ${missing.join(", ")}`;
  const alien = given.filter((name) => !must.includes(name) && !may.includes(name));
  return alien.length > 0 ? `${type} has no ${alien.join(", ")}` : undefined;
}
