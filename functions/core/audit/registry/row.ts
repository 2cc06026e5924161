import type { Facts } from "../event.ts";

export type Fact = keyof Facts;
export type EventTypeRow = {
  /** Whether it is a grant's move, one to one, with a place in its chain; the others stand alone. */
  chained: boolean;
  /** One sentence for people: what has happened when this is on record. */
  meaning: string;
  /** Facts that it has always, and those that it may have. Any other is refused when an event is sealed. */
  must: readonly Fact[];
  may: readonly Fact[];
  /** Class of OCSF and its activity. 99 is `Other`: the class has no word for it, and the event's type is its name. */
  classUid: 2004 | 3003 | 3004 | 3005 | 6003;
  activityId: number;
  /** 1 informational, 2 low, 3 medium, 4 high. */
  severityId: 1 | 2 | 3 | 4;
  /** `decided`: as the decision went. Of a finding: whether it is new, or settled. */
  outcome: "success" | "failure" | "decided" | "found" | "settled";
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
export const ASKED = ["plan", "approvalsNeeded", "capSeconds"] as const;
export const ATTEMPT = ["attempt", "sessionName"] as const;
export const WINDOW = ["startsAt", "endsAt"] as const;
/** Which lockdown it was, where it was one that stopped something. */
export const STOPPED = ["reason", "lockdown", "target"] as const;
export const WORD = ["stage", "group"] as const;

/** Facts of an event about one grant: the grant's own, and what this type has beside them. */
export const ofGrant = <M extends Fact = never, N extends Fact = never>(
  more: readonly M[] = [],
  maybe: readonly N[] = [],
) => ({
  must: [...GRANT.must, ...more],
  may: [...GRANT.may, ...maybe],
});

export const access = { classUid: 3005 } as const;
/** https://schema.ocsf.io/1.8.0/classes/detection_finding */
export const finding = { classUid: 2004 } as const;
export const session = { classUid: 3003, activityId: 99 } as const;
export const entity = { classUid: 3004 } as const;
export const call = { classUid: 6003 } as const;
export const other = { activityId: 99 } as const;
export const quiet = { severityId: 1, outcome: "success" } as const;
