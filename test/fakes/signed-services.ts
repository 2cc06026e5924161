import { signedApi } from "../../functions/aws/http/signed-api.ts";
import { collect } from "../../functions/credentials-api/collect.ts";
import { decideBySignedCall } from "../../functions/decisions-api/decide.ts";
import { resend } from "../../functions/decisions-api/resend.ts";
import { closeReview } from "../../functions/decisions-api/review.ts";
import { askAction, getAction } from "../../functions/grants-api/action.ts";
import { ask } from "../../functions/grants-api/ask.ts";
import { extend } from "../../functions/grants-api/extend.ts";
import { catalogue, getGrant, list } from "../../functions/grants-api/read.ts";
import { releaseGrant } from "../../functions/grants-api/release.ts";
import { reportOutcome } from "../../functions/permits-api/outcome.ts";
import { redeem } from "../../functions/permits-api/redeem.ts";
import { readMasked } from "../../functions/read-masked/read.ts";
import { liftLockdown } from "../../functions/stops-api/lift-lockdown.ts";
import { listLockdowns } from "../../functions/stops-api/list-lockdowns.ts";
import { revokeGrant } from "../../functions/stops-api/revoke.ts";
import { setLockdown } from "../../functions/stops-api/set-lockdown.ts";
import type { World } from "./world.ts";

type Deps = ReturnType<World["deps"]>;

/** The services of the signed API, each with the real handler of its routes. */
export const signedServices = {
  "credentials-api": (deps: Deps) =>
    signedApi("credentials-api", { credentials: (call) => collect(deps, call) }, deps),
  "read-masked": (deps: Deps) => signedApi("read-masked", { read: (call) => readMasked(deps, call) }, deps),
  "permits-api": (deps: Deps) =>
    signedApi(
      "permits-api",
      { redeem: (call) => redeem(deps, call), outcome: (call) => reportOutcome(deps, call) },
      deps,
    ),
  "decisions-api": (deps: Deps) =>
    signedApi(
      "decisions-api",
      {
        decision: (call) => decideBySignedCall(deps, call),
        resend: (call) => resend(deps, call),
        review: (call) => closeReview(deps, call),
      },
      deps,
    ),
  "stops-api": (deps: Deps) =>
    signedApi(
      "stops-api",
      {
        revoke: (call) => revokeGrant(deps, call),
        setLockdown: (call) => setLockdown(deps, call),
        listLockdowns: (call) => listLockdowns(deps, call),
        liftLockdown: (call) => liftLockdown(deps, call),
      },
      deps,
    ),
  "grants-api": (deps: Deps) =>
    signedApi(
      "grants-api",
      {
        askAction: (call) => askAction(deps, call),
        getAction: (call) => getAction(deps, call),
        catalogue: (call) => catalogue(deps, call),
        ask: (call) => ask(deps, call),
        extend: (call) => extend(deps, call),
        listGrants: (call) => list(deps, call),
        getGrant: (call) => getGrant(deps, call),
        release: (call) => releaseGrant(deps, call),
      },
      deps,
    ),
};
