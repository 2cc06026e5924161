import type { Grant, Stage } from "../../core/grant/grant.ts";
import type { Statement } from "../../core/kinds/kind.ts";
import type { SubjectAccess } from "../../core/kinds/names.ts";
import type { Risk } from "../../core/policy/decided.ts";

/** One person's word in a stage, by the link of a mail or signed. In a rejected stage the last one is the no. */
export type DecidedView = {
  name: string;
  at: string;
  comment?: string | undefined;
  channel?: "signed" | undefined;
};

/** The second group of a stage: from `at` on (known once the stage is open) its people may decide too. */
export type EscalationView = {
  groupName: string;
  at?: string | undefined;
  due: boolean;
  people: readonly string[];
};

/** A stage of approval as people see it. `current`: the one that this approver is asked in. */
export type StageView = {
  stage: number;
  /** Id of the rule that asks for it. */
  rule: string;
  group: string;
  groupName: string;
  quorum: number;
  status: Stage["status"];
  reason: string;
  /** Names of everybody who may decide it now. */
  asked: readonly string[];
  escalation?: EscalationView | undefined;
  /** The team whose people do not count. */
  excludedTeam?: string | undefined;
  /** `signed`: decidable only through the signed API. */
  channel?: "signed" | undefined;
  /** Only while it is open. */
  decideBy?: string | undefined;
  decided: readonly DecidedView[];
  current: boolean;
};

/** What page and mail have in common about the ask. Times are ISO 8601, durations whole seconds. */
type AskView = {
  /** The grant's id, for people to refer to. */
  grant?: string | undefined;
  agent: { id: string; name: string };
  resource: { id: string };
  access: SubjectAccess;
  /** Rows with tokens for what is personal, instead of credentials. */
  masked?: boolean | undefined;
  window: { seconds: number; startsAt?: string | undefined };
  stages: readonly StageView[];
};

/** Another ask of the same agent, made before this one. */
export type EarlierView = {
  grant: string;
  askedAt: string;
  access: SubjectAccess;
  resource: string;
  sameResource: boolean;
  seconds: number;
  status: Grant["status"];
  breakGlass: boolean;
};

/** Everything that an approver is shown before deciding. */
export type ApprovalView = AskView & {
  approver: { name: string };
  agent: { owner: string; team: string; environment: string; principal: string };
  resource: {
    description: string;
    arn: string;
    environment: string;
    classification: string;
    tags: readonly string[];
  };
  /** What becomes possible, a line each, made from the canonical scope (`describeAsk`); never the agent's text. */
  possible: readonly string[];
  /** Values in `possible` that others wrote, and that no statement holds: an action's parameters. */
  values?: readonly string[] | undefined;
  /** The exact statements that are in the digest. */
  statements: readonly Statement[];
  /** These five are the agent's own words: shown apart, as unverified. */
  purpose: string;
  task?: string | undefined;
  ticket?: string | undefined;
  onBehalfOf?: string | undefined;
  model?: string | undefined;
  digest: string;
  policyVersion: string;
  rules: readonly { id: string; reason: string }[];
  /** The id of the grant that this one goes on from. */
  extends?: string | undefined;
  /** Absent in grants that were asked before there was a score. */
  risk?: Risk | undefined;
  decideBy: string;
  /** The stage that is open now is decided through the signed API only: there is no form, and its mail has no code. */
  signedOnly: boolean;
  /** Newest first. Absent where it was not read: in a mail, or when reading failed. */
  earlier?: readonly EarlierView[] | undefined;
};

/** Why the form is shown again. */
export type NoticeKind =
  | "wrong_code"
  | "missing_code"
  | "missing_decision"
  | "comment_too_long"
  | "slow_down"
  | "signed_only"
  | "locked_down"
  | "unavailable";
export type FormNotice = { kind: "none" } | { kind: NoticeKind; message: string };

/** Where this person stands towards a request that the form is not shown for (any more). */
export type Outcome = "you_approved" | "you_rejected" | "decided_by_others" | "over";

/** What the link shows once this person cannot decide (again). Title and sentences follow from it. */
export type OutcomeView = AskView & {
  outcome: Outcome;
  status: Grant["status"];
  /** Only once the window is fixed: ACTIVATING and later. */
  window: { endsAt?: string | undefined };
  digest: string;
};

/** Pages that say nothing about any grant. `link`: unknown, tampered, foreign or expired, one answer for all. */
export type Problem = "link" | "unreadable_form" | "unavailable";
