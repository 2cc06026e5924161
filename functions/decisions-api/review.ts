import type { Answer } from "../aws/http/answer.ts";
import type { Call } from "../aws/http/signed-api.ts";
import type { Now } from "../aws/system.ts";
import type { Table } from "../aws/table/client.ts";
import { eventPut } from "../aws/table/events.ts";
import { readItem } from "../aws/table/item.ts";
import { keys } from "../aws/table/keys.ts";
import { readReview, reviewDelete } from "../aws/table/reviews.ts";
import { transact } from "../aws/table/transaction.ts";
import type { ReviewBody } from "../core/api/schemas.ts";
import { mayReview } from "../core/approval/eligible.ts";
import { sealEvent } from "../core/audit/event.ts";
import { type Catalogue, subjectOf } from "../core/catalogue.ts";
import { isRefusal, refusal } from "../core/errors.ts";
import { grantFacts } from "../core/grant/step.ts";
import { grantViewOf } from "../core/grant/view.ts";
import { isoMillis } from "../core/time.ts";
import { seenGrant, wrongState } from "./seen.ts";

export type ReviewDeps = { catalogue: Catalogue; table: Table; now: Now };

/**
 * `POST /grants/{id}/review`: somebody of security, or of the resource's owners, has looked at a broken glass; from then on
 * the agent may break another. Never who owned the agent, then or now. One transaction; a repeat changes nothing.
 */
export async function closeReview(deps: ReviewDeps, call: Call): Promise<Answer> {
  const seen = await seenGrant(deps, call);
  if (isRefusal(seen)) return seen;
  const { person, grant } = seen;
  const agent = deps.catalogue.agents.find((each) => each.id === grant.agent.id);
  if (!agent) return wrongState(grant, "Its agent is gone from the catalogue.");
  // The resource may be gone: an agent must not be kept from breaking any glass by a review that nobody can close.
  const resource = subjectOf(deps.catalogue, grant.resource.id);
  const may = mayReview(deps.catalogue, agent, resource, { person, at: deps.now() });
  if (!may || person.id === grant.agent.owner) return refusal("not_your_role");
  const done = keys.noteEvent(grant.id, "review-closed");
  const answer: Answer = { status: 200, body: grantViewOf(grant) };
  const review = await readReview(deps.table, grant.agent.id);
  if (review?.grantId === grant.id) {
    const event = sealEvent({
      v: 1,
      id: `${grant.id}-review-closed`,
      type: "review.closed",
      time: isoMillis(deps.now()),
      actor: call.actor,
      grant: grant.id,
      facts: { ...grantFacts(grant), code: "reviewed", reason: (call.body as ReviewBody).comment },
    });
    const writes = [reviewDelete(deps.table, grant.agent.id, grant.id), eventPut(deps.table, done, event)];
    if ((await transact(deps.table, writes)).ok) return answer;
  }
  // Closed before, or by another at this moment.
  if (await readItem(deps.table, done)) return answer;
  return wrongState(grant, "No review of this grant is open.");
}
