import type { Alternative, Grant } from "./sdk/types.ts";

/**
 * What can go wrong between an agent and its access, for people and for programs. Each kind has an exit code of its own
 * (`exit.ts`), and the SDK throws the same errors.
 */
const errorKinds = [
  "usage",
  "config",
  "no_endpoint",
  "sign_in",
  "clock",
  "unavailable",
  "wrong_region",
  "refused",
  "not_found",
  "conflict",
  "quota",
  "pending",
  "over",
  "denied",
  "rejected",
  "interrupted",
  "failed",
] as const;
export type ErrorKind = (typeof errorKinds)[number];

type Cause = { cause?: unknown };

/** One plain sentence for people in `message`, saying what to do next; never a secret. */
export class LatchkeyError extends Error {
  readonly kind: ErrorKind;
  /** More lines for people below the sentence, such as commands to paste. */
  hints: readonly string[] = [];

  constructor(kind: ErrorKind, message: string, options?: Cause) {
    super(message, options);
    this.name = "LatchkeyError";
    this.kind = kind;
  }
}

/** Policy says no. `alternatives`: smaller asks that would pass, each laid over the ask as it is. */
export class DeniedError extends LatchkeyError {
  readonly grantId: string | undefined;
  readonly reasons: readonly { id: string; reason: string }[];
  readonly alternatives: readonly Alternative[];

  constructor(
    message: string,
    about: {
      grantId?: string | undefined;
      reasons?: readonly { id: string; reason: string }[];
      alternatives?: readonly Alternative[];
    } = {},
  ) {
    super("denied", message);
    this.name = "DeniedError";
    this.grantId = about.grantId;
    this.reasons = about.reasons ?? [];
    this.alternatives = about.alternatives ?? [];
  }
}

/** A grant that gives no access. `grant` is as it was seen last. */
export abstract class NoAccessError extends LatchkeyError {
  readonly grant: Grant;

  constructor(kind: "rejected" | "pending" | "over", message: string, grant: Grant, options?: Cause) {
    super(kind, message, options);
    this.grant = grant;
  }
}

/** Nobody has answered yet, for as long as was waited. */
export class PendingError extends NoAccessError {
  constructor(message: string, grant: Grant, options?: Cause) {
    super("pending", message, grant, options);
    this.name = "PendingError";
  }
}

/** A person said no: `grant.decision.plan` says who, and what they wrote. */
export class RejectedError extends NoAccessError {
  constructor(message: string, grant: Grant, options?: Cause) {
    super("rejected", message, grant, options);
    this.name = "RejectedError";
  }
}

/** It has ended, by itself or because somebody ended it: `grant.closing` says why. */
export class OverError extends NoAccessError {
  constructor(message: string, grant: Grant, options?: Cause) {
    super("over", message, grant, options);
    this.name = "OverError";
  }
}

/** The broker's own word of refusal, as it came: `code` is one of the API's closed set. */
export class RefusedError extends LatchkeyError {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(kind: ErrorKind, message: string, code: string, details: Record<string, unknown> = {}) {
    super(kind, message);
    this.name = "RefusedError";
    this.code = code;
    this.details = details;
  }
}
