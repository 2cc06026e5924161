import type { Answer } from "../aws/http/answer.ts";
import { isRequester } from "../aws/http/requester.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { lockdownAgainst, lockedDown, lockedPart } from "../aws/locked-down.ts";
import { isComing, notActive, readOnceMinted } from "../aws/once-active.ts";
import type { Seal } from "../aws/seal.ts";
import type { Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { writeEventOnce } from "../aws/table/events.ts";
import { readGrant } from "../aws/table/grants.ts";
import { keys } from "../aws/table/keys.ts";
import { readSealed, type Sealed } from "../aws/table/sealed.ts";
import type { CredentialsView } from "../core/api/schemas.ts";
import { type Actor, sealEvent } from "../core/audit/event.ts";
import { refusal } from "../core/errors.ts";
import { givenBy } from "../core/grant/gives.ts";
import type { GrantIn } from "../core/grant/grant.ts";
import { sessionName } from "../core/grant/moves.ts";
import { grantFacts } from "../core/grant/step.ts";
import { grantId } from "../core/ids.ts";
import { epochMs, isoMillis, isoSeconds } from "../core/time.ts";

export type CollectDeps = { table: Table; seal: Seal; now: Now; pause(ms: number): Promise<void> };

/** The first collect of each attempt is an event, written before anything is opened. */
async function recordCollect(
  deps: CollectDeps,
  grant: GrantIn<"ACTIVE">,
  { attempt }: Sealed,
  by: Actor,
): Promise<void> {
  // The sealed session's own attempt: a rotation may have come between the two reads.
  const facts = { ...grantFacts(grant), attempt, sessionName: sessionName(grant, attempt) };
  const event = sealEvent({
    v: 1,
    id: `${grant.id}-collected-${attempt}`,
    type: "credentials.collected",
    time: isoMillis(deps.now()),
    actor: by,
    grant: grant.id,
    facts,
  });
  await writeEventOnce(deps.table, keys.noteEvent(grant.id, `collected#${attempt}`), event);
}

/** `POST /grants/{id}/credentials`: the newest session's credentials, as often as the requester likes while ACTIVE. */
export async function collect(deps: CollectDeps, call: Call): Promise<Answer> {
  const id = grantId.safeParse(call.params.id);
  const first = id.success ? await readGrant(deps.table, id.data) : undefined;
  if (!first || !isRequester(call.principal, first)) return refusal("not_found");
  if (givenBy(first) === "permit")
    return refusal("wrong_state", "An action gives a permit and no credentials: GET /actions/{id} has it.", {
      status: first.status,
    });
  if (givenBy(first) === "masked") return refusal("masked_only");
  const grant = isComing(first, deps.now()) ? await readOnceMinted(deps, first.id) : first;
  if (!grant) return refusal("not_found");
  if (grant.status !== "ACTIVE") return notActive(grant);
  if (deps.now() >= epochMs(grant.endsAt))
    return refusal("grant_over", "The window is over.", { status: "ENDED" });
  const sealed = await readSealed(deps.table, grant.id);
  // Stopped between the two reads: the sealed item goes in the same transaction as the stop.
  if (!sealed) return refusal("grant_over");
  // The next session is overdue, because AWS refuses it or did not answer: the workflow goes on trying.
  if (deps.now() >= epochMs(sealed.expiration))
    return refusal("not_ready", "The session is over and the next is not there yet; try again.", {
      status: grant.status,
      retryAfterSeconds: 60,
    });
  // Set, and its grants not stopped yet: nothing is handed over in between.
  const lockdown = await lockdownAgainst(deps.table, lockedPart(grant));
  if (lockdown) return lockedDown(lockdown);
  await recordCollect(deps, grant, sealed, call.actor);
  const context = { grant: grant.id, agent: grant.agent.id, attempt: String(sealed.attempt) };
  const session = await deps.seal.open(sealed, context);
  const body: CredentialsView = {
    Version: 1,
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: isoSeconds(Math.min(epochMs(sealed.expiration), epochMs(grant.endsAt))),
  };
  return { status: 200, body };
}
