import type { Answer } from "../aws/http/answer.ts";
import { isRequester } from "../aws/http/requester.ts";
import type { Call } from "../aws/http/signed-api.ts";
import { lockdownAgainst, lockedDown, lockedPart } from "../aws/locked-down.ts";
import { isComing, notActive, readOnceMinted } from "../aws/once-active.ts";
import type { MaskSecret, Seal } from "../aws/seal.ts";
import type { Table } from "../aws/table/client.ts";
import { readGrant } from "../aws/table/grants.ts";
import { claimPage, recordPage, returnPage } from "../aws/table/masked-reads.ts";
import { readSealed } from "../aws/table/sealed.ts";
import type { ReadBody, ReadView } from "../core/api/reads.ts";
import { sealEvent } from "../core/audit/event.ts";
import type { Catalogue } from "../core/catalogue.ts";
import { isRefusal, type Refusal, refusal } from "../core/errors.ts";
import { givenBy } from "../core/grant/gives.ts";
import type { Grant, GrantIn } from "../core/grant/grant.ts";
import { grantFacts } from "../core/grant/step.ts";
import { grantId } from "../core/ids.ts";
import { openCursor, sealCursor } from "../core/masking/cursor.ts";
import { maskerFor } from "../core/masking/masker.ts";
import type { Masking } from "../core/masking/masking.ts";
import { projector } from "../core/masking/project.ts";
import { type RowsWanted, rowsWanted } from "../core/masking/request.ts";
import { digestNow } from "../core/policy/changed.ts";
import { epochMs, isoMillis } from "../core/time.ts";
import { gatherPage, type Page } from "./page.ts";
import { noPage } from "./refusals.ts";
import { type RowsDeps, readRows } from "./sources/rows.ts";

export type ReadMaskedDeps = RowsDeps & {
  table: Table;
  catalogue: Catalogue;
  maskSeal: Pick<Seal<MaskSecret>, "open">;
  random(bytes: number): Uint8Array;
};

const USUAL_LIMIT = 100;
// API Gateway waits 29 s: what there is by then is a page.
const LATE_MS = 18_000;
// What cannot end as a page by then is none: rows of one piece of a table's, each of which takes long.
const TOO_LATE_MS = 22_000;

type Active = GrantIn<"ACTIVE">;

/** The caller's own masked grant, active now; or why it gives nothing. */
async function ownActive(deps: ReadMaskedDeps, call: Call): Promise<Active | Refusal> {
  const id = grantId.safeParse(call.params.id);
  const first = id.success ? await readGrant(deps.table, id.data) : undefined;
  if (!first || !isRequester(call.principal, first)) return refusal("not_found");
  if (givenBy(first) !== "masked") return refusal("not_masked");
  const grant = isComing(first, deps.now()) ? await readOnceMinted(deps, first.id) : first;
  if (!grant) return refusal("not_found");
  return grant.status === "ACTIVE" ? grant : notActive(grant);
}

const windowOver = (deps: ReadMaskedDeps, { endsAt }: Active): Refusal | undefined =>
  deps.now() >= epochMs(endsAt)
    ? refusal("grant_over", "The window is over.", { status: "ENDED" })
    : undefined;

/** Looked at before reading and again before answering: what is stopped meanwhile gives nothing. */
async function stopped(deps: ReadMaskedDeps, grant: Active): Promise<Refusal | undefined> {
  const lockdown = await lockdownAgainst(deps.table, lockedPart(grant));
  return windowOver(deps, grant) ?? (lockdown && lockedDown(lockdown));
}

/** The rules that were approved; what would be masked by others is not what anybody said yes to (I-19). */
function rulesOf({ catalogue }: ReadMaskedDeps, grant: Grant): Masking | Refusal {
  const agent = catalogue.agents.find(({ id }) => id === grant.agent.id);
  const resource = catalogue.resources.find(({ id }) => id === grant.resource.id);
  const same = agent && resource && digestNow(agent, resource, grant) === grant.digest;
  if (same && resource.masking) return resource.masking;
  return refusal("grant_over", "What may be read, or how it is masked, has changed: ask for a new grant.", {
    reason: "policy_changed",
  });
}

/** The grant's own secret, as long as the grant lives. */
async function secretOf(deps: ReadMaskedDeps, grant: Active): Promise<Uint8Array | undefined> {
  const sealed = await readSealed(deps.table, grant.id);
  if (!sealed) return undefined;
  const context = { grant: grant.id, agent: grant.agent.id, attempt: String(sealed.attempt) };
  return Buffer.from((await deps.maskSeal.open(sealed, context)).secret, "base64");
}

type Told = { number: number; unused: number; page: Page; body: ReadBody; wanted: RowsWanted };

/** Query-level visibility: how much of which columns, and by which filters, never a value. */
function readEvent(deps: ReadMaskedDeps, grant: Active, call: Call, { number, page, body }: Told) {
  const filters = [...new Set((body.filters ?? []).map(({ column }) => column))];
  return sealEvent({
    v: 1,
    id: `${grant.id}-read-${number}`,
    type: "data.read",
    time: isoMillis(deps.now()),
    actor: call.actor,
    grant: grant.id,
    facts: {
      ...grantFacts(grant),
      rows: page.rows.length,
      bytes: page.bytes,
      columns: body.columns?.join(",") ?? "*",
      ...(filters.length > 0 ? { filters: filters.join(",") } : {}),
      maskedValues: page.masked,
      detected: page.detected,
    },
  });
}

/** Records the page, if the grant may still have it. */
async function release(
  deps: ReadMaskedDeps,
  grant: Active,
  call: Call,
  told: Told,
): Promise<Refusal | undefined> {
  const late = await stopped(deps, grant);
  if (late) return late;
  const event = readEvent(deps, grant, call, told);
  const { unused } = told;
  return (await recordPage(deps.table, grant.id, { event, unused })) ? undefined : refusal("grant_over");
}

/** `POST /grants/{id}/read`: a page of rows, masked with tokens of this grant alone. */
export async function readMasked(deps: ReadMaskedDeps, call: Call): Promise<Answer> {
  const body = call.body as ReadBody;
  const grant = await ownActive(deps, call);
  if (isRefusal(grant)) return grant;
  const masking = rulesOf(deps, grant);
  if (isRefusal(masking)) return masking;
  const { attributes } = (grant.scope ?? {}) as { attributes?: string[] };
  const asked = rowsWanted(masking, body, attributes);
  if (!asked.ok) return asked.refusal;
  if (body.object !== undefined && masking.source.from !== "files") return noPage("no_object");
  const before = await stopped(deps, grant);
  if (before) return before;
  const secret = await secretOf(deps, grant);
  if (!secret) return refusal("grant_over");

  const { object, columns, filters } = body;
  const reading = { object: object ?? null, columns: columns ?? null, filters: filters ?? null };
  const cursorOf = { secret, grantId: grant.id, reading };
  const position = body.cursor === undefined ? undefined : openCursor(body.cursor, cursorOf);
  if (body.cursor !== undefined && position === undefined) return noPage("position");
  const claimed = await claimPage(deps.table, grant.id, masking.caps, body.limit ?? USUAL_LIMIT);
  if (!claimed.ok) {
    const { limit } = claimed;
    return refusal("quota_exceeded", `This grant has had all the ${limit} that it may have.`, {
      limit,
      most: masking.caps[limit],
    });
  }
  const { wanted } = asked;
  const begun = deps.now();
  const limit = claimed.rows;
  const pieces = readRows(deps, { grant, masking, filters: wanted.filters, limit, object, position });
  const gathered = await gatherPage(pieces, {
    masker: maskerFor(masking.fields, secret, grant.id, deps.random),
    project: projector(wanted.columns),
    limit,
    isLate: () => deps.now() >= begun + LATE_MS,
    isTooLate: () => deps.now() >= begun + TOO_LATE_MS,
  });
  if (!gathered.ok) {
    await returnPage(deps.table, grant.id, limit);
    return noPage(gathered.trouble);
  }
  const { page } = gathered;
  const told = { number: claimed.number, unused: limit - page.rows.length, page, body, wanted };
  const refused = await release(deps, grant, call, told);
  if (refused) return refused;
  const view = {
    rows: page.rows,
    masked: page.masked,
    detected: page.detected,
    ...(page.next === undefined ? {} : { cursor: sealCursor(page.next, cursorOf, deps.random) }),
  };
  return { status: 200, body: view as ReadView };
}
