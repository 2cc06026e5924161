import type { Resource } from "../../../functions/core/catalogue.ts";
import { askProblem, parseScope, type Scope } from "../../../functions/core/kinds/registry.ts";
import { ANY_SESSION, compileSessionPolicy } from "../../../functions/core/session-policy.ts";
import type { RecordedGrant } from "../record/grant.ts";
import { askedOfIam } from "./asked-of-iam.ts";
import { covers, granted, isAccess, sessionOf } from "./covers.ts";
import { candidatesOf, isNarrower } from "./narrower.ts";
import type { Calls } from "./story.ts";

/** A scope that a grant's calls all lie in. */
export type Part = Scope;

/** True when the scope can be asked for: its kind takes it, this resource has it, and its session policy fits. */
export function canBeAsked(resource: Resource, access: string, scope: Scope): boolean {
  if (!isAccess(access) || !parseScope(resource.kind, scope).success) return false;
  const ask = { ...resource, access, scope };
  return askProblem(ask) === undefined && compileSessionPolicy(ask, ANY_SESSION).ok;
}

/** True when the grant, had it asked for this scope, would have let each of its calls pass. */
export function scopeCovers(
  resource: Resource,
  grant: Pick<RecordedGrant, "access" | "scope" | "id">,
  scope: Scope,
  calls: readonly Calls[],
): boolean {
  const { access, id } = grant;
  if (!isAccess(access)) return false;
  const before = granted(resource, grant);
  const statements = sessionOf({ ...resource, access, scope }, id);
  return calls.every(({ call }) => {
    const asked = askedOfIam(call);
    return asked !== undefined && covers(statements, asked, before);
  });
}

/** The narrowest part of what was granted that surely holds all calls; undefined where there is none, or none is told. */
export function partOf(
  resource: Resource,
  grant: Pick<RecordedGrant, "access" | "scope" | "id">,
  calls: readonly Calls[],
): Part | undefined {
  if (calls.length === 0) return undefined;
  const named = candidatesOf(
    resource,
    calls.map(({ call }) => call),
  );
  return named.find(
    (scope) =>
      isNarrower(scope, grant.scope) &&
      canBeAsked(resource, grant.access, scope) &&
      scopeCovers(resource, grant, scope, calls),
  );
}
