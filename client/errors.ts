import type { GrantView } from "../functions/core/api/schemas.ts";
import type { Alternative } from "../functions/core/policy/decided.ts";

/**
 * What can go wrong between an agent and its access, for people and for programs. Each kind has an exit code of its own
 * (`exit.ts`), and the SDK throws the same errors.
 */
export const errorKinds = [
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

/** One plain sentence for people in `message`, saying what to do next; never a secret. */
export class LatchkeyError extends Error {
  readonly kind: ErrorKind;
  /** More lines for people below the sentence, such as commands to paste. */
  hints: readonly string[] = [];

  constructor(kind: ErrorKind, message: string, options?: { cause?: unknown }) {
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

/** A grant that gives no access: a person said no, nobody has answered yet, or it is over. `grant` is as it was seen last. */
export class NoAccessError extends LatchkeyError {
  readonly grant: GrantView;

  constructor(
    kind: "rejected" | "pending" | "over",
    message: string,
    grant: GrantView,
    options?: { cause?: unknown },
  ) {
    super(kind, message, options);
    this.name = { rejected: "RejectedError", pending: "PendingError", over: "OverError" }[kind];
    this.grant = grant;
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
