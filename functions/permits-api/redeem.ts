import type { Answer } from "../aws/http/answer.ts";
import { keyProblem } from "../aws/http/input.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { lockdownAgainst, lockedDown, lockedPart } from "../aws/locked-down.ts";
import type { Log } from "../aws/log.ts";
import { type Redemption, redeemOnce } from "../aws/redeem-once.ts";
import type { NewId, Now } from "../aws/system.ts";
import { type Redeemed, readBesideAction } from "../aws/table/actions.ts";
import type { Table } from "../aws/table/client.ts";
import { readPermitKeys } from "../aws/table/permit-keys.ts";
import { openPermit } from "../core/actions/permit.ts";
import { parametersOf } from "../core/actions/view.ts";
import type { RedeemBody, RedeemedView } from "../core/api/actions.ts";
import { jwksOf } from "../core/audit/jwks.ts";
import { digestOf } from "../core/canonical.ts";
import type { Catalogue } from "../core/catalogue.ts";
import { isRefusal, type Refusal, refusal } from "../core/errors.ts";
import type { Grant, GrantIn } from "../core/grant/grant.ts";
import { epochMs } from "../core/time.ts";
import { actionFor } from "./audience.ts";

export type PermitDeps = { catalogue: Catalogue; table: Table; now: Now; newId: NewId; log: Log };

const NOT_OURS = "This is no permit of this Latchkey's for this action.";
const OVER = "The permit's time is over; ask for the action anew.";

/** What the permit and the parameters must be: signed by us, in their time, for this action and exactly these parameters. */
async function permitProblem(
  { table, now }: PermitDeps,
  grant: Grant,
  { permit, parameters }: RedeemBody,
): Promise<Refusal | { jti: string }> {
  const { keys } = jwksOf(await readPermitKeys(table));
  const opened = await openPermit(permit, keys, now());
  if (!opened.ok)
    return opened.why === "expired" ? refusal("grant_over", OVER) : refusal("permit_mismatch", NOT_OURS);
  const { claims } = opened;
  const { settings, id: type } = grant.resource;
  if (claims.aud !== settings?.audience) return refusal("wrong_audience");
  if (claims.grant !== grant.id || claims.type !== type || claims.sub !== grant.agent.id)
    return refusal("permit_mismatch", "The permit is for another action.");
  const digest = digestOf(parameters);
  if (digest !== claims.parametersDigest || digest !== digestOf(parametersOf(grant)))
    return refusal("permit_mismatch");
  return { jti: claims.jti };
}

const viewOf = (grant: Grant, { at }: Redeemed): Answer => {
  const body: RedeemedView = {
    ...{ id: grant.id, redeemed: true, type: grant.resource.id, agent: grant.agent.id, at },
    parametersDigest: digestOf(parametersOf(grant)),
  };
  return { status: 200, body };
};

/** A second use, unless it is of the very redemption whose answer was lost, by its key. */
const isRepeat = (was: Redeemed, { uniqueId, key, jti }: Omit<Redeemed, "at" | "by">): boolean =>
  key !== undefined && was.key === key && was.uniqueId === uniqueId && was.jti === jti;

/** Why nothing may be done with an action's permit now, whoever has it: it is over, or a lockdown stands. */
async function stopped({ table, now }: PermitDeps, grant: Grant): Promise<Refusal | undefined> {
  if (grant.status !== "ACTIVE" || now() >= epochMs(grant.endsAt)) return overNow(grant);
  const lockdown = await lockdownAgainst(table, lockedPart(grant));
  return lockdown && lockedDown(lockdown);
}

const overNow = ({ status }: Grant): Refusal => refusal("grant_over", `The action is ${status}.`, { status });

/**
 * `POST /actions/{id}/redeem`: once, by the audience, with exactly the parameters that were approved. Everything is checked
 * before, and what may change meanwhile (the grant is ACTIVE, no lockdown stands, nobody has redeemed) again by the
 * transaction itself: of any number at once one succeeds, and a revoke that comes first wins over all of them. The answer
 * is what the effect follows, so one that was lost is given again only while nobody has stopped the action (I-24).
 */
export async function redeem(deps: PermitDeps, call: Call): Promise<Answer> {
  const wrongKey = keyProblem(call.idempotencyKey);
  if (wrongKey) return wrongKey;
  const found = await actionFor(deps.table, call);
  if (!found.ok) return found.refusal;
  const { grant } = found;
  const permit = await permitProblem(deps, grant, call.body as RedeemBody);
  if (isRefusal(permit)) return permit;
  const { principal, actor, idempotencyKey } = call;
  const who = {
    uniqueId: principal.caller.uniqueId,
    jti: permit.jti,
    ...(idempotencyKey === undefined ? {} : { key: idempotencyKey }),
  };
  const { redeemed, permit: issued } = await readBesideAction(deps.table, grant.id);
  if (redeemed && !isRepeat(redeemed, who)) return refusal("permit_used");
  const no = await stopped(deps, grant);
  if (no) return no;
  if (redeemed) return viewOf(grant, redeemed);
  // The very one that lies beside the action: with a key that was retired, or in a run that died, others may be signed.
  if (issued === undefined) return refusal("grant_over", OVER);
  if (issued !== (call.body as RedeemBody).permit) return refusal("permit_mismatch", NOT_OURS);

  const done = await redeemOnce(deps, grant as GrantIn<"ACTIVE">, { actor, ...who, pin: pinOf(call) });
  if (done.is === "redeemed") return viewOf(grant, done.redeemed);
  if (done.is === "used")
    return isRepeat(done.redeemed, who) ? viewOf(grant, done.redeemed) : refusal("permit_used");
  if (done.is === "over") return overNow(done.grant);
  return done.is === "locked" ? refusal("locked_down") : refusal("forbidden");
}

/** A performing system's unique id is tied to its name by its first redemption, as an agent's is by its first ask. */
function pinOf({ principal }: Call): Redemption["pin"] {
  if (principal.kind !== "performer" || principal.pinned) return undefined;
  const { arn, uniqueId } = principal.caller;
  return { arn, uniqueId, system: principal.performer.id };
}
