import type * as z from "zod";
import type { AccessName } from "./names.ts";

/** One statement of an IAM policy as we write them: always Allow, never a wildcard action. */
export type Statement = {
  Effect: "Allow";
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string[]>>;
};

/** A resource as far as a kind needs it. */
export type Target = { arn: string };

/**
 * A call that reads no content, by which a denial is proved: allowed to a control session, refused to the grant's. As a
 * request to be signed (SigV4), so that kinds stay pure; `statement` is all that the probing session may do.
 */
export type Probe = {
  statement: Statement;
  request: {
    /** The signing name of the service, which is the first part of its regional host name too. */
    service: string;
    method: "GET" | "HEAD" | "POST";
    path: string;
    query?: Record<string, string>;
    headers?: Record<string, string>;
    body?: string;
  };
};

/**
 * A kind of resource. `Scope` is the narrower part that may be named; absent means the whole resource.
 * - `actions`: the IAM actions that each access stands for; the ceiling of sessions and of the access role.
 * - `statements`: the Allow statements of a session, from an already parsed scope. Pure and canonical.
 * - `describe`: the same in words for people, one line each.
 */
export type Kind<Scope> = {
  scope: z.ZodType<Scope>;
  arn: RegExp;
  actions: Partial<Record<AccessName, readonly string[]>>;
  statements(target: Target, access: AccessName, scope: Scope | undefined): Statement[];
  describe(target: Target, access: AccessName, scope: Scope | undefined): string[];
  /** Statements of the access role's own permissions: everything that any grant on the resource may be. */
  /** How it is proved that sessions are refused on this resource. Its statement is part of the ceiling. */
  probe(target: Target): Probe;
  ceiling(target: Target, accesses: readonly AccessName[]): Statement[];
};

/** Sorted and without repeats, so that one meaning has one text and one digest. */
export const canonicalSet = (values: readonly string[]): string[] => [...new Set(values)].sort();
