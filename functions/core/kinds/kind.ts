import type * as z from "zod";
import type { AccessName } from "./names.ts";

/** One statement of an IAM policy as we write them: always Allow, never a wildcard action. */
export type Statement = {
  Effect: "Allow";
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string[]>>;
};

/**
 * Stands for the grant's id in what a kind compiles: a digest is made before there is an id, and the same ask has the
 * same digest whichever grant it becomes. No value of a catalogue or a scope may hold a brace, so none can pose as it.
 */
export const GRANT = "{grant}";

/** A resource as far as a kind needs it. `settings` are the kind's own, from the catalogue, checked at synth. */
export type Target<Settings = unknown> = { arn: string; settings: Settings };

/**
 * A call that reads no content, by which a denial is proved: allowed to a control session, refused to the grant's. As a
 * request to be signed (SigV4), so that kinds stay pure; `statement` is all that the probing session may do.
 */
export type Probe = {
  statement: Statement;
  /** Codes of errors that only somebody gets who is allowed, where a call that succeeds would read content. */
  answered?: readonly string[];
  request: {
    /** The signing name of the service, which is the first part of its regional host name too, unless `host` is said. */
    service: string;
    /** The whole host name, where it is not `<service>.<region>.<suffix>`. */
    host?: string;
    method: "GET" | "HEAD" | "POST";
    path: string;
    query?: Record<string, string>;
    headers?: Record<string, string>;
    body?: string;
  };
};

/** An ask that shows what a kind is for: in the docs, and in tests as one that works. */
export type Example = {
  arn: string;
  settings?: Record<string, string | string[]>;
  access: AccessName;
  scope?: Record<string, string | string[]>;
};

/** What is wrong with an ask that each of its parts alone does not show. `part` is a member of the scope. */
export type AskProblem = { part: string; problem: string };

/**
 * A kind of resource. `Scope` is the narrower part that may be named; absent means the whole resource. `Settings` are
 * what the catalogue says beside the ARN.
 */
export type Kind<Scope, Settings = Record<never, never>> = {
  /** In the docs' list of kinds. */
  title: string;
  scope: z.ZodType<Scope>;
  settings: z.ZodType<Settings>;
  /** The form of an ARN, with or without the catalogue's placeholders. */
  arn: RegExp;
  /** How an ARN may end in a wildcard; anywhere else, and when absent, none is one thing. */
  end?: "/*";
  /** The IAM actions that each access stands for, those of KMS apart. */
  actions: Partial<Record<AccessName, readonly string[]>>;
  /** The pages of the service authorisation reference that the actions are from. */
  references: readonly string[];
  /** The Allow statements of a session, from a parsed scope. Pure and canonical. Without a scope: the access role's own. */
  statements(target: Target<Settings>, access: AccessName, scope: Scope | undefined): Statement[];
  /** The same in words for people, one line each. */
  describe(target: Target<Settings>, access: AccessName, scope: Scope | undefined): string[];
  /** What this resource, or this access, does not have of a scope that is well-formed. */
  problem?(target: Target<Settings>, access: AccessName, scope: Scope): AskProblem | undefined;
  /** ARN patterns under which the data are, where they are not the resource's own ARN. */
  data?(target: Target<Settings>): string[];
  /**
   * Services that the Denies of a session name as a whole, because naming each action and resource again would not fit:
   * only such as have no resource policies, or whose resource policies can open no more than descriptions.
   */
  coarse?: Record<string, { action: string; resource: string }>;
  /** Characters that a scope may need in a session policy beyond the whole resource; when absent, as many as usual. */
  room?: number;
  /** How it is proved that sessions are refused on this resource. Its statement is part of the access role's own. */
  probe(target: { arn: string }): Probe;
  examples: readonly Example[];
  /** What IAM cannot hold, or what an operator must see to, a sentence each. For the docs. */
  notes?: readonly string[];
};

/** Sorted and without repeats, so that one meaning has one text and one digest. */
export const canonicalSet = (values: readonly string[]): string[] => [...new Set(values)].sort();

export const allow = (
  Action: readonly string[],
  Resource: readonly string[],
  Condition?: Statement["Condition"],
): Statement => ({
  Effect: "Allow",
  Action: [...Action],
  Resource: [...Resource],
  ...(Condition ? { Condition } : {}),
});
