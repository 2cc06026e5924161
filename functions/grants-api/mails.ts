import { mailsOfAsk } from "../aws/table/mails.ts";
import type { Write } from "../aws/table/transaction.ts";
import { eligibleApprovers } from "../core/approval/eligible.ts";
import type { Agent } from "../core/catalogue.ts";
import { type Refusal, refusal } from "../core/errors.ts";
import type { Decision } from "../core/policy/decided.ts";
import type { AskDeps } from "./deps.ts";

/**
 * The mails that an ask causes at once, counted with it; a refusal when somebody who must be asked has had as many as an
 * hour allows (I-45). Later stages follow from what people decide, and are not the agent's to be refused for.
 */
export async function firstMails(
  deps: AskDeps,
  agent: Agent,
  { plan: [first] }: Decision,
): Promise<{ ok: true; writes: Write[] } | { ok: false; refusal: Refusal }> {
  if (!first) return { ok: true, writes: [] };
  const now = deps.now();
  const mails = await mailsOfAsk(deps.table, eligibleApprovers(deps.catalogue, agent, first, now), now);
  if (mails.ok) return mails;
  const message = `People of ${first.group} have been asked too often this hour.`;
  const details = { limit: "mailsPerHour", retryAfterSeconds: mails.retryAfterSeconds };
  return { ok: false, refusal: refusal("quota_exceeded", message, details) };
}
