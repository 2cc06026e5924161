import type { Table } from "../aws/table/client.ts";
import { readGrant } from "../aws/table/grants.ts";
import { type Link, readLink } from "../aws/table/links.ts";
import { mayDecide } from "../core/approval/eligible.ts";
import { LINK_TOKEN, tokenHash } from "../core/approval/secrets.ts";
import { type Catalogue, subjectOf } from "../core/catalogue.ts";
import { type Grant, type GrantIn, openStage, type Stage } from "../core/grant/grant.ts";
import { epochMs } from "../core/time.ts";
import type { Parties } from "./stage-view.ts";

/**
 * What a token opens. `decidable`: its holder may decide now. `closed`: it was theirs, and there is nothing (more) to
 * decide. `unknown`: malformed, never sent, expired, or of somebody or something that is gone: one answer for all.
 */
export type Opened =
  | { is: "unknown"; why: string }
  | { is: "closed"; parties: Parties; grant: Grant; link: Link }
  | { is: "decidable"; parties: Parties; grant: GrantIn<"PENDING">; stage: Stage; link: Link; hash: string };

/** Opens a link, strongly consistent. Checks grant, person, stage, digest and time (I-15); changes nothing. */
export async function openLink(
  deps: { table: Table; catalogue: Catalogue },
  token: string,
  now: number,
): Promise<Opened> {
  const unknown = (why: string): Opened => ({ is: "unknown", why });
  if (!LINK_TOKEN.test(token)) return unknown("malformed");
  const hash = tokenHash(token);
  const link = await readLink(deps.table, hash);
  if (!link) return unknown("not_sent");
  const grant = await readGrant(deps.table, link.grantId);
  if (!grant || grant.digest !== link.digest) return unknown("digest_differs");
  const { catalogue } = deps;
  const agent = catalogue.agents.find((each) => each.id === grant.agent.id);
  const resource = subjectOf(catalogue, grant.resource.id);
  const person = catalogue.people.find((each) => each.id === link.person);
  if (!agent || !resource || !person) return unknown("gone_from_catalogue");
  const parties: Parties = { catalogue, agent, resource, person, at: now };

  const stage = openStage(grant);
  const decided = grant.stages.some((each) => each.decided.some((one) => one.person === person.id));
  if (grant.status !== "PENDING" || stage?.stage !== link.stage || decided)
    return { is: "closed", parties, grant, link };
  if (now >= epochMs(link.expiresAt)) return unknown("expired");
  // The approver's right is checked as it is now, not as it was when the mail went out (I-18).
  if (!mayDecide(catalogue, agent, grant, { stage, at: now }).some((each) => each.id === person.id))
    return unknown("no_longer_approver");
  return { is: "decidable", parties, grant, stage, link, hash };
}
