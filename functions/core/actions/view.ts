import type { ActionView } from "../api/actions.ts";
import type { AuditEvent } from "../audit/event.ts";
import { digestOf } from "../canonical.ts";
import type { Grant } from "../grant/grant.ts";
import { grantViewOf } from "../grant/view.ts";
import { epochMs } from "../time.ts";
import type { Parameters } from "./values.ts";

/** The parameters of an action, as they were asked with. Its scope holds them as canonical JSON. */
export function parametersOf({ scope }: Pick<Grant, "scope">): Parameters {
  return JSON.parse(String(scope?.parameters)) as Parameters;
}

type Beside = {
  permit?: string | undefined;
  redeemed?: { by: string; at: string } | undefined;
  outcome?:
    | { result: "done" | "failed" | "unknown"; at: string; by: string; detail?: string | undefined }
    | undefined;
};

/**
 * What came of an action: what was reported; `unknown` when the permit was redeemed, its time is over, and nobody has said
 * anything.
 */
export function outcomeOf(grant: Grant, { redeemed, outcome }: Beside, now: number): ActionView["outcome"] {
  if (outcome) {
    const { result, at, by, detail } = outcome;
    return { result, at, by, ...(detail ? { detail } : {}) };
  }
  const isOver = "endsAt" in grant && grant.endsAt !== undefined && now >= epochMs(grant.endsAt);
  return redeemed && isOver ? { result: "unknown" } : undefined;
}

type More = Beside & { events?: readonly AuditEvent[] | undefined; now: number };

/** An action as the API shows it. `permit`: given only for who may have it; shown only while it is good. */
export function actionViewOf(grant: Grant, { events, now, ...beside }: More): ActionView {
  const {
    scope: _,
    masked: __,
    liveUntil: ___,
    extends: ____,
    extendedBy: _____,
    ...view
  } = grantViewOf(grant, { events });
  const { audience, performer } = grant.resource.settings ?? {};
  const parameters = parametersOf(grant);
  const outcome = outcomeOf(grant, beside, now);
  const { permit, redeemed } = beside;
  return {
    ...view,
    type: grant.resource.id,
    parameters,
    parametersDigest: digestOf(parameters),
    audience: String(audience),
    ...(performer ? { performer: String(performer) } : {}),
    ...(permit && grant.status === "ACTIVE" && now < epochMs(grant.endsAt) ? { permit } : {}),
    ...(redeemed ? { redeemed: { at: redeemed.at, by: redeemed.by } } : {}),
    ...(outcome ? { outcome } : {}),
  };
}
