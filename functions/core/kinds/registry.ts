import * as z from "zod";
import { dynamodbTable } from "./dynamodb-table.ts";
import type { Kind, Probe, Statement, Target } from "./kind.ts";
import type { AccessName, KindName } from "./names.ts";
import { s3Prefix } from "./s3-prefix.ts";

// Scopes differ by kind, so the registry hides the type: a scope is parsed by its own kind before any other use.
const kinds: Record<KindName, Kind<never>> = {
  "s3-prefix": s3Prefix as Kind<never>,
  "dynamodb-table": dynamodbTable as Kind<never>,
};

/** A scope in canonical form, as its kind parsed it: what is stored, shown, hashed and compiled. */
export const canonicalScope = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
export type Scope = z.infer<typeof canonicalScope>;

/** One resource and access to speak about: `scope` absent means the whole resource. */
export type Ask = { kind: KindName; arn: string; access: AccessName; scope?: Scope | undefined };

/** Parses a scope as its kind wants it. The issues' paths are relative to the scope. */
export function parseScope(kind: KindName, scope: unknown): z.ZodSafeParseResult<Scope> {
  return (kinds[kind].scope as unknown as z.ZodType<Scope>).safeParse(scope);
}

/** The Allow statements of a session for this ask. */
export function statementsOf({ kind, arn, access, scope }: Ask): Statement[] {
  return kinds[kind].statements({ arn }, access, scope as never);
}

/** What an approver reads: one line for each thing that becomes possible. */
export function describeAsk({ kind, arn, access, scope }: Ask): string[] {
  return kinds[kind].describe({ arn }, access, scope as never);
}

/** True when the kind offers the access at all. */
export const offersAccess = (kind: KindName, access: AccessName): boolean =>
  kinds[kind].actions[access] !== undefined;

/** True when an ARN has the form that the kind understands. */
export const fitsKind = (kind: KindName, arn: string): boolean => kinds[kind].arn.test(arn);

/** How a denial on a resource is proved. */
export const probeOf = (kind: KindName, target: Target): Probe => kinds[kind].probe(target);

/** Everything an access role must be able to do so that any grant on the resource can be minted from it, and probed. */
export function ceilingOf(kind: KindName, target: Target, accesses: readonly AccessName[]): Statement[] {
  return [...kinds[kind].ceiling(target, accesses), kinds[kind].probe(target).statement];
}
