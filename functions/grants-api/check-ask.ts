import { firstProblem, invalid } from "../aws/http/input.ts";
import type { AskBody } from "../core/api/schemas.ts";
import { type Catalogue, offersMasked, type Subject } from "../core/catalogue.ts";
import { type Refusal, refusal } from "../core/errors.ts";
import type { SubjectAccess } from "../core/kinds/names.ts";
import { askProblem, parseScope, type Scope } from "../core/kinds/registry.ts";
import type { AskContext } from "../core/policy/context.ts";
import { ANY_SESSION, compileSessionPolicy, MAX_POLICY_CHARACTERS } from "../core/session-policy.ts";
import { epochMs, isoSeconds } from "../core/time.ts";

/** An ask that the catalogue understands; what policy says of it is another matter. */
export type CheckedAsk = {
  resource: Subject;
  access: SubjectAccess;
  scope: Scope | undefined;
  masked: boolean;
  windowSeconds: number;
  requestedStart: string | undefined;
} & Partial<Pick<AskContext, "triggers" | "parameters">>;

type Checked = { ok: true; ask: CheckedAsk } | { ok: false; refusal: Refusal };

const MAX_AHEAD_MS = 7 * 86_400_000;

function startProblem(startsAt: string | undefined, now: number): string | undefined {
  if (startsAt === undefined) return undefined;
  const start = epochMs(startsAt);
  // The second that has begun is not the past yet.
  if (start < Math.floor(now / 1000) * 1000) return "is in the past";
  return start > now + MAX_AHEAD_MS ? "is more than 7 days ahead" : undefined;
}

/** Checks an ask against the catalogue: each problem is an error with the path of its field. */
export function checkAsk(catalogue: Catalogue, body: AskBody, now: number): Checked {
  const no = (path: string, problem: string): Checked => ({ ok: false, refusal: invalid(path, problem) });
  const resource = catalogue.resources.find((each) => each.id === body.resource);
  if (!resource) return no("resource", "is not in the catalogue");
  const access = resource.accesses.find((each) => each === body.access);
  if (!access) return no("access", `is not offered; ${resource.id} offers ${resource.accesses.join(", ")}`);
  if (body.windowSeconds > resource.maxWindowSeconds) {
    return no("windowSeconds", `must be at most ${resource.maxWindowSeconds} for ${resource.id}`);
  }
  if (body.masked && !offersMasked(resource, access))
    return no("masked", `is not offered: masked rows are read, of a resource that has masking rules`);
  const late = startProblem(body.startsAt, now);
  if (late) return no("startsAt", late);
  // Its review could be over before the access begins.
  if (body.breakGlass && body.startsAt) return no("startsAt", "must be absent: an emergency starts at once");
  const scope = body.scope === undefined ? undefined : parseScope(resource.kind, body.scope);
  if (scope && !scope.success) return { ok: false, refusal: firstProblem(scope.error, ["scope"]) };

  const requestedStart = body.startsAt ? isoSeconds(epochMs(body.startsAt)) : undefined;
  const { windowSeconds, masked = false } = body;
  const ask = { resource, access, scope: scope?.data, masked, windowSeconds, requestedStart };
  const { kind, arn, settings } = resource;
  const what = { kind, arn, settings, access, scope: ask.scope };
  const wrong = askProblem(what);
  if (wrong) return no(`scope.${wrong.part}`, wrong.problem);
  if (masked) return { ok: true, ask };
  const compiled = compileSessionPolicy(what, ANY_SESSION);
  if (!compiled.ok) {
    const { characters, largest } = compiled;
    const details = { path: `scope.${largest}`, characters, limit: MAX_POLICY_CHARACTERS };
    return {
      ok: false,
      refusal: refusal("scope_too_large", `scope.${largest}: name fewer or shorter values`, details),
    };
  }
  return { ok: true, ask };
}
