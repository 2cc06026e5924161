import { invalid } from "../aws/http/input.ts";
import { asResource } from "../core/actions/action-type.ts";
import { parametersProblem } from "../core/actions/parameters.ts";
import { firedTriggers, flatParameters } from "../core/actions/values.ts";
import type { ActionBody } from "../core/api/actions.ts";
import type { AskBody } from "../core/api/schemas.ts";
import { canonicalJson } from "../core/canonical.ts";
import type { Catalogue } from "../core/catalogue.ts";
import type { Refusal } from "../core/errors.ts";
import { PERFORM } from "../core/kinds/names.ts";
import type { CheckedAsk } from "./check-ask.ts";

/** An action's body in the form of any ask: the parameters as its scope, the permit's time as its window. */
export function askOfAction(body: ActionBody, windowSeconds: number): AskBody {
  const { type, parameters, ...said } = body;
  const scope = { parameters: canonicalJson(parameters) };
  return { ...said, resource: type, access: PERFORM, scope, windowSeconds };
}

type Checked = { ok: true; ask: CheckedAsk; body: AskBody } | { ok: false; refusal: Refusal };

/** Checks an action against the catalogue: that there is such a type, and that its schema takes these parameters. */
export function checkAction(catalogue: Catalogue, body: ActionBody): Checked {
  const type = catalogue.actions?.find(({ id }) => id === body.type);
  if (!type) return { ok: false, refusal: invalid("type", "is not an action of the catalogue") };
  const { parameters } = body;
  const wrong = parametersProblem(type, parameters);
  if (wrong) return { ok: false, refusal: invalid(wrong.path, wrong.problem) };
  const asked = askOfAction(body, type.permitSeconds);
  const ask: CheckedAsk = {
    resource: asResource(type),
    access: PERFORM,
    scope: { parameters: canonicalJson(parameters) },
    masked: false,
    windowSeconds: type.permitSeconds,
    requestedStart: undefined,
    triggers: firedTriggers(type, parameters),
    parameters: flatParameters(parameters),
  };
  return { ok: true, ask, body: asked };
}
