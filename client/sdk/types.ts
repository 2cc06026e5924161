// What the package's users see. By hand, so that their compiler needs no zod; a test holds each to the API's schemas.

/** Something that the API shows as words: a scope, or what a resource's kind needs beside its ARN. */
type Words = Record<string, string | string[]>;
type Flat<T> = { [Key in keyof T]: T[Key] };

/** What an agent asks for. Never IAM actions: `resource` and `access` are names of the catalogue. */
export type AccessRequest = {
  /** Id of a resource of the catalogue. */
  resource: string;
  /** What is to be done with it: `read`, `list`, `write` or `invoke`, as the catalogue offers. */
  access: string;
  /** The narrower part, typed by the resource's kind, such as `{ prefix: "2026/" }`. Absent means the whole resource. */
  scope?: Record<string, unknown> | undefined;
  /** How long: seconds from 60 to 43,200, or a text such as `"30m"`, `"1h30m"`, `"900s"`. */
  window: number | string;
  /** When it is to start, ISO 8601 UTC in whole seconds, at most 7 days ahead. Absent: as soon as it is approved. */
  startsAt?: string | undefined;
  /** Why, for the people who decide and for the record; at most 500 characters. It never influences policy. */
  purpose: string;
  task?: string | undefined;
  ticket?: string | undefined;
  onBehalfOf?: string | undefined;
  model?: string | undefined;
  /** Masked rows in place of credentials: `withMaskedRows` asks so by itself. */
  masked?: boolean | undefined;
  /** An emergency: where a rule allows it nobody is asked beforehand, and the ask is reviewed. */
  breakGlass?: boolean | undefined;
};

/** The same by the name that `latchkey.yaml` gives it. */
export type ProfileRequest = {
  profile: string;
  /** The file, where it is not `latchkey.yaml` in the working directory or above. */
  file?: string | undefined;
};

/** A person's word on a stage. */
type Word = { person: string; at: string; comment?: string | undefined; channel?: "signed" | undefined };

type PlannedStage = {
  stage: number;
  rule: string;
  reason: string;
  group: string;
  quorum: number;
  within?: number | undefined;
  escalateTo?: string | undefined;
  exclude?: "team" | undefined;
  channel?: "signed" | undefined;
};

/** One level of approval as it stands. Times are ISO 8601 UTC, `within` is in seconds. */
export type Stage = Flat<
  PlannedStage & {
    status: "waiting" | "open" | "approved" | "rejected";
    approved: Word[];
    rejected?: Word | undefined;
    openedAt?: string | undefined;
    escalateAt?: string | undefined;
    decideBy?: string | undefined;
  }
>;

/** A smaller ask that would pass: `change` laid over the ask as it was. */
export type Alternative = {
  change: {
    access?: string | undefined;
    windowSeconds?: number | undefined;
    scope?: Words | undefined;
    masked?: boolean | undefined;
  };
  outcome: "allow";
};

/** What policy decided, by which rules, and whom it wants asked. */
export type Decision = {
  outcome: "allow" | "needs_approval" | "deny";
  policyVersion: string;
  rules: { id: string; reason: string }[];
  plan: Stage[];
  /** From 0 to 100. */
  risk?:
    | { score: number; band: string; factors: { name: string; points: number; detail: string }[] }
    | undefined;
  alternatives?: Alternative[] | undefined;
  breakGlass?: { rule: string; skipped: PlannedStage[] } | undefined;
  /** What rules on trial would have made of it: told to people of security and compliance, never to an agent. */
  shadow?: { notes: TrialNote[]; outcome: Decision["outcome"]; plan: PlannedStage[] } | undefined;
};

/** What one rule on trial would have done. */
type TrialNote = {
  id: string;
  reason: string;
  would: "deny" | "ask" | "allow" | "error";
  group?: string | undefined;
  quorum?: number | undefined;
  maxWindowSeconds?: number | undefined;
};

/** One request and its whole life. Times are ISO 8601 UTC, and absent where they have no meaning yet. */
export type Grant = {
  /** 16 characters, a-z and 2-7. */
  id: string;
  /** PENDING, APPROVED, ACTIVATING, ACTIVE; REVOKING; or over: DENIED, REJECTED, EXPIRED, CANCELLED, FAILED, ENDED, REVOKED. */
  status: string;
  agent: string;
  resource: string;
  access: string;
  scope?: Words | undefined;
  window: { seconds: number; startsAt?: string | undefined; endsAt?: string | undefined };
  purpose: string;
  task?: string | undefined;
  ticket?: string | undefined;
  onBehalfOf?: string | undefined;
  model?: string | undefined;
  masked: boolean;
  /** `sha256:…` of what is approved. */
  digest: string;
  decision: Decision;
  /** Why it is over, and who ended it. */
  closing?: { code: string; detail?: string | undefined; by: string } | undefined;
  proof?: string | undefined;
  extends?: string | undefined;
  extendedBy?: string | undefined;
  /** Released without a denial: until when what was collected still works at the latest. */
  liveUntil?: string | undefined;
  /** How long to wait before looking again, in seconds. */
  retryAfterSeconds?: number | undefined;
  /** Only of an action: by whom its permit was redeemed, and what came of it. */
  redeemed?: { at: string; by: string } | undefined;
  outcome?: Outcome | undefined;
  timeline?:
    | {
        sequence?: number | undefined;
        time: string;
        type: string;
        by: string;
        status?: string | undefined;
        code?: string | undefined;
      }[]
    | undefined;
};

/** What an agent may ask for. */
export type Catalogue = {
  resources: {
    id: string;
    kind:
      | "s3-prefix"
      | "dynamodb-table"
      | "glue-table"
      | "bedrock-model"
      | "bedrock-prompt"
      | "bedrock-knowledge-base"
      | "s3-vectors-index"
      | "secret"
      | "parameter"
      | "http-api";
    description: string;
    arn: string;
    settings?: Words | undefined;
    environment: string;
    classification: string;
    tags: string[];
    accesses: ("read" | "list" | "write" | "invoke")[];
    maxWindowSeconds: number;
    /** Whether the longest window on the whole resource would pass, need people, or never pass. */
    approval: "none" | "people" | "never";
    /** Absent: its rows are not read masked. */
    masked?: MaskedOffer | undefined;
  }[];
  actions?: ActionType[] | undefined;
};

/** What is to be had of a resource's rows with tokens for what is personal. */
type MaskedOffer = {
  approval: "none" | "people" | "never";
  columns: {
    path: string;
    class?: string | undefined;
    method: "token" | "format" | "bucket" | "redact" | "random" | "keep";
  }[];
  filters: { column: string; type: "text" | "number" | "boolean" }[];
  /** What one grant may read in all. */
  most: { reads: number; rows: number };
};

/** One thing that an agent may ask to have done. */
type ActionType = {
  id: string;
  description: string;
  arn: string;
  environment: string;
  classification: string;
  tags: string[];
  /** Who redeems the permit: a performing system, or `agent` for who asked. */
  audience: string;
  performer?: string | undefined;
  reversible: boolean;
  permitSeconds: number;
  /** JSON Schema (2020-12) of the parameters. */
  parameters: Record<string, Json>;
  /** What makes it weigh more. */
  triggers: { id: string; reason: string }[];
  /** What it takes now where no trigger fires. */
  approval: "none" | "people" | "never";
};

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** One high-impact thing that an agent asks to have done, once. Its parameters are given beside it. */
export type ActionRequest = {
  /** Id of an action type of the catalogue. */
  type: string;
  /** Why, for the people who decide and for the record; at most 500 characters. It never influences policy. */
  purpose: string;
  task?: string | undefined;
  ticket?: string | undefined;
  onBehalfOf?: string | undefined;
  model?: string | undefined;
};
type ActionBody = Flat<
  ActionRequest & {
    parameters: Record<string, Json>;
    clientId?: string | undefined;
    dryRun?: boolean | undefined;
  }
>;

/** What came of an action, as who performed it says; `unknown` also when its time is over and nobody has said. */
export type Outcome = {
  result: "done" | "failed" | "unknown";
  at?: string | undefined;
  by?: string | undefined;
  detail?: string | undefined;
};

/** An action: the grant that it is, and what it has beside that. */
export type Action = Flat<
  Omit<Grant, "scope" | "masked" | "liveUntil" | "extends" | "extendedBy"> & {
    type: string;
    parameters: Record<string, Json>;
    /** `sha256:…` of the parameters as canonical JSON (RFC 8785). */
    parametersDigest: string;
    /** The performing system that redeems the permit, or `agent`. */
    audience: string;
    /** What of Latchkey performs it, where that does: then there is no permit to redeem. */
    performer?: string | undefined;
    /** A compact JWS, for the agent that asked, while the action is ACTIVE. */
    permit?: string | undefined;
  }
>;

/** What a redemption answers: the action may be performed now, once. */
export type Redeemed = {
  id: string;
  redeemed: true;
  type: string;
  agent: string;
  parametersDigest: string;
  at: string;
};

/** A row, with tokens for what is personal. */
export type Row = Record<string, Json>;

/** Which rows of a masked grant. Columns and filters as the catalogue lists them. */
export type RowsQuery = {
  /** Of files: which one, relative to the resource. Absent: all that the grant covers. */
  object?: string | undefined;
  columns?: string[] | undefined;
  filters?:
    | { column: string; is: "=" | "!=" | "<" | "<=" | ">" | ">="; value: string | number | boolean }[]
    | undefined;
  /** At most so many rows; absent: all of them. */
  limit?: number | undefined;
};
type Page = { rows: Row[]; masked: number; detected: number; cursor?: string | undefined };

/** Credentials as `credential_process` prints them. */
export type ProcessCredentials = {
  Version: 1;
  AccessKeyId: string;
  SecretAccessKey: string;
  SessionToken: string;
  Expiration: string;
};

type LockdownTarget =
  | { type: "agent"; id: string }
  | { type: "resource"; id: string }
  | { type: "role"; id: string }
  | { type: "everything" };

/** A standing order: nothing for its target is granted, and all that is live ends. */
export type Lockdown = { id: string; target: LockdownTarget; reason: string; by: string; at: string };

/** Credentials for AWS, in the form of the AWS SDK for JavaScript v3. */
export type Keys = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
};

type Abortable = { signal?: AbortSignal };
/** With a key of its own for each thing that is to be made once; repeats with the same key answer the same. */
type Once = Abortable & { idempotencyKey?: string };
type AskBody = Flat<
  Omit<AccessRequest, "window"> & {
    windowSeconds: number;
    clientId?: string | undefined;
    dryRun?: boolean | undefined;
  }
>;

/** The signed API, a method a route. Each throws one of the errors of this package. */
export type Broker = {
  url: string;
  catalogue(options?: Abortable): Promise<Catalogue>;
  ask(body: AskBody, options?: Once): Promise<Grant>;
  dryRun(body: AskBody, options?: Abortable): Promise<{ dryRun: true; decision: Decision; digest: string }>;
  /** `wait`: seconds, at most 5, that the broker may hold the answer while it is about to change. */
  grant(id: string, options?: Abortable & { wait?: number }): Promise<Grant>;
  grants(
    query?: { agent?: string; cursor?: string; limit?: number; waiting?: "me" },
    options?: Abortable,
  ): Promise<{ grants: Grant[]; cursor?: string }>;
  credentials(id: string, options?: Abortable): Promise<ProcessCredentials>;
  release(id: string, options?: Abortable): Promise<Grant>;
  act(body: ActionBody, options?: Once): Promise<Action>;
  dryRunAction(
    body: ActionBody,
    options?: Abortable,
  ): Promise<{ dryRun: true; decision: Decision; digest: string }>;
  action(id: string, options?: Abortable): Promise<Action>;
  /** By the performing system. A repeat under the same key is the same redemption. */
  redeem(
    id: string,
    body: { permit: string; parameters: Record<string, Json> },
    options?: Once,
  ): Promise<Redeemed>;
  outcome(
    id: string,
    body: { result: Outcome["result"]; detail?: string | undefined },
    options?: Abortable,
  ): Promise<Action>;
  /** One page of a masked grant's rows; `limit` is of the page, at most 1,000. */
  read(
    id: string,
    body: Flat<RowsQuery & { cursor?: string | undefined }>,
    options?: Abortable,
  ): Promise<Page>;
  extend(
    id: string,
    body: {
      windowSeconds: number;
      purpose?: string | undefined;
      task?: string | undefined;
      ticket?: string | undefined;
      model?: string | undefined;
      clientId?: string | undefined;
    },
    options?: Once,
  ): Promise<Grant>;
  decide(
    id: string,
    body: { decision: "approve" | "reject"; stage: number; digest: string; comment?: string | undefined },
    options?: Abortable,
  ): Promise<Grant>;
  resend(id: string, options?: Abortable): Promise<Grant>;
  review(id: string, comment: string, options?: Abortable): Promise<Grant>;
  revoke(id: string, reason: string, options?: Abortable): Promise<Grant>;
  lockdowns(options?: Abortable): Promise<{ lockdowns: Lockdown[] }>;
  setLockdown(
    body: { target: LockdownTarget; reason: string },
    options?: Once,
  ): Promise<Lockdown & { stopped: number; failed: string[]; complete: boolean }>;
  liftLockdown(
    id: string,
    reason: string,
    options?: Abortable,
  ): Promise<{ id: string; lifted: true; by: string; at: string; reason: string }>;
};
