import * as z from "zod";
import { atOnce } from "../aws/at-once.ts";
import type { Answer } from "../aws/http/answer.ts";
import { invalid } from "../aws/http/input.ts";
import type { Principal } from "../aws/http/principal.ts";
import type { Call } from "../aws/http/signed-api.ts";
import type { NewId, Now } from "../aws/system.ts";
import { readBesideAction } from "../aws/table/actions.ts";
import type { Table } from "../aws/table/client.ts";
import { recordRead } from "../aws/table/counted.ts";
import { readGrantEvents } from "../aws/table/events.ts";
import { readExtension } from "../aws/table/extensions.ts";
import { listGrants, readGrant } from "../aws/table/grants.ts";
import { outcomeOf } from "../core/actions/view.ts";
import type { listQuery, oneQuery } from "../core/api/queries.ts";
import { routes } from "../core/api/routes.ts";
import type { CatalogueView } from "../core/api/schemas.ts";
import { SEE_ALL } from "../core/approval/eligible.ts";
import { maySee } from "../core/approval/sees.ts";
import { offersMasked } from "../core/catalogue.ts";
import { refusal } from "../core/errors.ts";
import type { Grant } from "../core/grant/grant.ts";
import { machineActsWithin } from "../core/grant/schedule.ts";
import { grantViewOf } from "../core/grant/view.ts";
import { grantId } from "../core/ids.ts";
import type { AccessName } from "../core/kinds/names.ts";
import { ACTION } from "../core/kinds/names.ts";
import { maskedOffer } from "../core/masking/offer.ts";
import { decideOnce } from "../core/policy/ask.ts";
import { NEWCOMER } from "../core/policy/context.ts";
import type { DecideDeps } from "../core/policy/decision.ts";
import { actionsFor } from "./action-types.ts";
import { listWaitingFor } from "./waiting.ts";

export type ReadDeps = DecideDeps & {
  table: Table;
  now: Now;
  newId: NewId;
  pause(ms: number): Promise<void>;
};

/** Whoever reads grants that are not their own asks of the record: that is on record too, before the answer (I-59). */
export async function noteReading(
  deps: ReadDeps,
  { principal, actor }: Call,
  { path }: { path: string },
  about: { grant?: string; agent?: string | undefined },
): Promise<void> {
  if (principal.kind !== "person") return;
  const { grant, agent } = about;
  await recordRead(deps, {
    actor,
    ...(grant ? { grant } : {}),
    facts: { path: `GET ${path}`, ...(agent ? { agent } : {}) },
  });
}

/** People who see every grant, and what is on trial. */
const seesAll = (principal: Principal): boolean =>
  principal.kind === "person" && principal.person.groups.some((group) => SEE_ALL.includes(group));

/** True when this principal may see this grant: its agent, or a person who has to do with it. */
export function canSee(
  deps: Pick<ReadDeps, "catalogue" | "now">,
  principal: Principal,
  grant: Grant,
): boolean {
  if (principal.kind === "agent") return grant.agent.id === principal.agent.id;
  return (
    principal.kind === "person" && maySee(deps.catalogue, grant, { person: principal.person, at: deps.now() })
  );
}

const POLL_MS = 250;
const AT_ONCE = 8;

/** What of the actions among some grants is shown wherever they are: whether it was redeemed, and what came of it. */
async function actionParts({ table, now }: Pick<ReadDeps, "table" | "now">, grants: readonly Grant[]) {
  const actions = grants.filter(({ resource }) => resource.kind === ACTION);
  const parts = await atOnce(actions, AT_ONCE, async (grant) => {
    const beside = await readBesideAction(table, grant.id);
    const outcome = outcomeOf(grant, beside, now());
    const redeemed = beside.redeemed && { at: beside.redeemed.at, by: beside.redeemed.by };
    return [grant.id, { ...(redeemed ? { redeemed } : {}), ...(outcome ? { outcome } : {}) }] as const;
  });
  return new Map(parts);
}

/** Reads a grant, and again until a machine has acted or the time is up. */
export async function readAfterMachine(
  deps: Pick<ReadDeps, "table" | "now" | "pause">,
  id: string,
  waitSeconds: number,
): Promise<Grant | undefined> {
  const until = deps.now() + waitSeconds * 1000;
  let grant = await readGrant(deps.table, id);
  while (grant && machineActsWithin(grant, deps.now(), until - deps.now()) && deps.now() + POLL_MS <= until) {
    await deps.pause(POLL_MS);
    grant = await readGrant(deps.table, id);
  }
  return grant;
}

/** `GET /grants/{id}`: one grant with its timeline. A grant that is not the caller's to see is not there. */
export async function getGrant(deps: ReadDeps, call: Call): Promise<Answer> {
  const { principal, params, query } = call;
  const id = grantId.safeParse(params.id);
  if (!id.success) return refusal("not_found");
  const { wait = 0 } = query as z.infer<typeof oneQuery>;
  const first = await readGrant(deps.table, id.data);
  if (!first || !canSee(deps, principal, first)) return refusal("not_found");
  const grant = wait > 0 ? await readAfterMachine(deps, id.data, wait) : first;
  if (!grant) return refusal("not_found");
  await noteReading(deps, call, routes.getGrant, { grant: grant.id, agent: grant.agent.id });
  const [events, extendedBy] = await Promise.all([
    readGrantEvents(deps.table, grant.id),
    readExtension(deps.table, grant.id),
  ]);
  const action = await actionParts(deps, [grant]);
  const view = grantViewOf(grant, { events, extendedBy, showsTrial: seesAll(principal) });
  return { status: 200, body: { ...view, ...action.get(grant.id) } };
}

// A cursor names the last grant shown; it holds nothing that its holder has not seen.
const cursorItem = z.strictObject({ pk: z.string(), sk: z.string(), gsi1pk: z.string(), gsi1sk: z.string() });
const encode = (key: unknown): string => Buffer.from(JSON.stringify(key), "utf8").toString("base64url");

function decode(cursor: string): z.infer<typeof cursorItem> | undefined {
  try {
    return cursorItem.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch {
    return undefined;
  }
}

/**
 * `GET /grants`: an agent's own; people of security and compliance name the agent; `waiting=me` is what waits for the
 * person who asks. Newest first.
 */
export async function list(deps: ReadDeps, call: Call): Promise<Answer> {
  const { principal } = call;
  const { agent, cursor, limit = 25, waiting } = call.query as z.infer<typeof listQuery>;
  if (waiting !== undefined) {
    if (agent !== undefined || cursor !== undefined)
      return invalid("waiting", "stands alone, but for a limit");
    await noteReading(deps, call, routes.listGrants, {});
    return listWaitingFor(deps, principal, limit);
  }
  const own = principal.kind === "agent" ? principal.agent.id : undefined;
  if (own === undefined && principal.kind === "person" && !seesAll(principal))
    return refusal("not_your_role");
  if (own !== undefined && agent !== undefined && agent !== own) return refusal("not_found");
  const of = own ?? agent;
  if (of === undefined) return invalid("agent", "must be named");
  const after = cursor === undefined ? undefined : decode(cursor);
  if (cursor !== undefined && after?.gsi1pk !== `AGENT#${of}`)
    return invalid("cursor", "is not one of this list");
  await noteReading(deps, call, routes.listGrants, { agent: of });
  const page = await listGrants(deps.table, of, { limit, ...(after ? { after } : {}) });
  const actions = await actionParts(deps, page.grants);
  const body = {
    grants: page.grants.map((grant) => ({ ...grantViewOf(grant), ...actions.get(grant.id) })),
    ...(page.after ? { cursor: encode(page.after) } : {}),
  };
  return { status: 200, body };
}

/** What an ask would take, by the outcome of its decision. */
export const APPROVAL = { allow: "none", needs_approval: "people", deny: "never" } as const;

/** `GET /catalogue`: what this agent would be told now for the whole resource and its longest window. Not recorded. */
export async function catalogue(deps: ReadDeps, { principal }: Call): Promise<Answer> {
  if (principal.kind !== "agent") return refusal("not_your_role");
  const { agent } = principal;
  const resources = deps.catalogue.resources.flatMap((resource): CatalogueView["resources"] => {
    const shown = {
      ...{ id: resource.id, kind: resource.kind, description: resource.description, arn: resource.arn },
      ...(resource.settings ? { settings: resource.settings } : {}),
      ...{ environment: resource.environment, classification: resource.classification, tags: resource.tags },
      ...{ accesses: resource.accesses, maxWindowSeconds: resource.maxWindowSeconds },
    };
    const [access] = resource.accesses;
    if (!access) return [];
    const approvalOf = (asked: AccessName, masked: boolean) => {
      const facts = {
        ...{ windowSeconds: resource.maxWindowSeconds, wholeResource: true, masked, breakGlass: false },
        ...{ purposeGiven: true, ticketGiven: false, startsAt: deps.now(), standing: NEWCOMER },
      };
      const input = { agent, resource, access: asked, facts, at: deps.now() };
      return APPROVAL[decideOnce(deps, input).outcome];
    };
    const masked = offersMasked(resource, "read")
      ? maskedOffer(resource, approvalOf("read", true))
      : undefined;
    return [{ ...shown, approval: approvalOf(access, false), ...(masked ? { masked } : {}) }];
  });
  return { status: 200, body: { resources, actions: actionsFor(deps, agent) } };
}
