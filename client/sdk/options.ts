import type { ConnectOptions } from "./connect.ts";
import type { Action, Broker, Grant, Keys, Redeemed, Row } from "./types.ts";

export type LeaseOptions = {
  /** Ends the asking and the waiting, and gives back what was asked. */
  signal?: AbortSignal;
  /** How long people may take, in seconds; absent: until they have decided, or policy's deadline is over. */
  timeoutSeconds?: number;
  /** Called when people are asked, and when one of them has spoken: `grant.decision.plan` says who is waited for. */
  onWaiting?(grant: Grant): void;
  /** Where policy says no and offers a smaller ask that would pass, that is asked instead, once. Default: false. */
  takeAlternative?: boolean;
  /** For a job that may be run twice: the same key and ask answer with the same grant. Default: a new key. */
  idempotencyKey?: string;
  /** Called when a grant could not be given back, which its window then ends. Default: a process warning. */
  onReleaseFailed?(error: unknown, grant: Grant): void;
};

export type AccessOptions = ConnectOptions &
  LeaseOptions & {
    /** What `connect()` returned, where one connection serves several; the options of `connect` are then not read. */
    broker?: Broker;
  };

/** What is done with the masked rows: its result is `withMaskedRows`'s. */
export type UseRows<T> = (rows: AsyncIterable<Row>, grant: Grant) => T | Promise<T>;

/** A provider of credentials as every client of the AWS SDK for JavaScript v3 takes it. */
export type Credentials = () => Promise<Keys>;

/** What is done with the access: its result is `withAccess`'s. */
export type Use<T> = (credentials: Credentials, grant: Grant) => T | Promise<T>;

export type ProviderOptions = Omit<AccessOptions, "idempotencyKey"> & {
  /** Whether to ask anew when a window is over, which may mean that people are asked again. Default: true. */
  renew?: boolean;
};

/** A credential provider for clients of the AWS SDK for JavaScript v3, and the end of its access. */
export type LatchkeyProvider = Credentials & {
  /** Gives everything back, for good: later calls throw `LatchkeyError` of kind `over`. Also by `await using`. */
  release(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** What may be done now: exactly what was approved, and once. */
export type Permitted<P> = {
  readonly id: string;
  /** A compact JWS that only its audience can redeem. It belongs in no log. */
  readonly permit: string;
  /** Who redeems it: a performing system's id, or `agent`. */
  readonly audience: string;
  /** The parameters as they were approved, frozen: use these and not your own. */
  readonly parameters: Readonly<P>;
  /** Until when it can be redeemed, ISO 8601 UTC. */
  readonly endsAt: string;
  readonly action: Action;
};

export type ApprovalOptions = Omit<AccessOptions, "takeAlternative">;

/** What hands the permit over, or performs: its result is `requireApproval`'s. */
export type Perform<P, T> = (permitted: Permitted<P>) => T | Promise<T>;

/** A permit as a performing system was handed it, with what it is about to do. */
export type HandedOver<P> = {
  /** The action type that this system performs just here: a permit for another is refused. */
  type: string;
  permit: string;
  /** Exactly what is going to be done. */
  parameters: P;
};

export type RedeemOptions = ConnectOptions & { broker?: Broker; signal?: AbortSignal };
export type PerformOptions<T> = RedeemOptions & {
  /** What the record says of a success, from its result; at most 500 characters. Absent: nothing. */
  detail?(result: T): string | undefined;
  /** Called when the outcome could not be reported, which the record then has as unknown. Default: a process warning. */
  onReportFailed?(error: unknown, redeemed: Redeemed): void;
};
