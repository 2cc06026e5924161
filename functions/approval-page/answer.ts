import type { StageDeps } from "../aws/decide-stage.ts";
import type { Origin } from "../aws/http/origin.ts";
import { lockdownAgainst, lockedPart } from "../aws/locked-down.ts";
import { recordRefusal } from "../aws/table/counted.ts";
import { routes } from "../core/api/routes.ts";
import type { Actor } from "../core/audit/event.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { Grant } from "../core/grant/grant.ts";
import { submit } from "./decide.ts";
import { parseForm } from "./form.ts";
import { earlierAsks } from "./history.ts";
import { type Opened, openLink } from "./open-link.ts";
import { approvalPage } from "./page/approval.ts";
import { noNotice, noticeOf } from "./page/notice.ts";
import { outcomePage } from "./page/outcome.ts";
import { problemPage } from "./page/problem.ts";
import type { NoticeKind } from "./page/view.ts";
import type { Parties } from "./stage-view.ts";
import { approvalViewOf, outcomeViewOf } from "./views.ts";

/** A page: its status and the whole document; for the log, the grant that it is about. */
export type PageAnswer = { status: number; html: string; grantId?: string };
type Known = Exclude<Opened, { is: "unknown" }>;
/** `origin`: the call that is answered. */
export type PageDeps = StageDeps & { origin: Origin };

const NOTICE_STATUS: Record<NoticeKind, number> = {
  wrong_code: 403,
  missing_code: 400,
  missing_decision: 400,
  comment_too_long: 400,
  slow_down: 429,
  signed_only: 403,
  locked_down: 403,
  unavailable: 503,
};
/** As which code a form that is shown again is recorded. */
const NOTICE_CODE: Partial<Record<NoticeKind, ErrorCode>> = {
  slow_down: "too_many_tries",
  signed_only: "wrong_channel",
  locked_down: "locked_down",
};

/** What is refused here has an event too, counted per link holder, code and minute (I-15, I-59). */
async function refuse(deps: PageDeps, opened: Opened, code: ErrorCode, reason: string): Promise<void> {
  const facts = { code, reason, path: routes.decide.path };
  if (opened.is === "unknown") {
    return recordRefusal(deps, { actor: { type: "unknown", id: "approval-link", ...deps.origin }, facts });
  }
  const { parties, grant } = opened;
  const actor: Actor = { type: "person", id: parties.person.id, ...deps.origin };
  await recordRefusal(deps, { actor, grant: grant.id, facts: { ...facts, agent: grant.agent.id } });
}

const outcome = (parties: Parties, grant: Grant, stage: number): string =>
  outcomePage(outcomeViewOf(parties, grant, stage));

/** The same link after the decision, or a link that was never good: a page that says so. */
async function notDecidable(
  deps: PageDeps,
  opened: Exclude<Opened, { is: "decidable" }>,
  status: 410 | 409,
): Promise<PageAnswer> {
  if (opened.is === "unknown") {
    await refuse(deps, opened, "not_found", opened.why);
    return { status: 404, html: problemPage("link") };
  }
  if (status === 409) await refuse(deps, opened, "wrong_state", opened.grant.status);
  return { status, html: outcome(opened.parties, opened.grant, opened.link.stage), grantId: opened.grant.id };
}

/** GET: shows the page, or what became of it. Changes nothing but the count of refusals (I-16). */
export async function show(deps: PageDeps, token: string): Promise<PageAnswer> {
  const opened = await openLink(deps, token, deps.now());
  if (opened.is !== "decidable") return notDecidable(deps, opened, 410);
  const [earlier, lockdown] = await Promise.all([
    earlierAsks(deps, opened.grant),
    lockdownAgainst(deps.table, lockedPart(opened.grant)),
  ]);
  const notice = lockdown ? noticeOf("locked_down") : noNotice;
  const html = approvalPage(approvalViewOf(opened.parties, opened.grant, earlier), notice);
  return { status: 200, html, grantId: opened.grant.id };
}

async function again(
  deps: PageDeps,
  opened: Known,
  notice: NoticeKind,
  entered?: { comment?: string },
): Promise<PageAnswer> {
  await refuse(deps, opened, NOTICE_CODE[notice] ?? "invalid_request", notice);
  const view = approvalViewOf(opened.parties, opened.grant, await earlierAsks(deps, opened.grant));
  const html = approvalPage(view, noticeOf(notice), entered);
  return { status: NOTICE_STATUS[notice], html, grantId: opened.grant.id };
}

/** POST: decides, when link, code, person, policy and state allow it. */
export async function decideByForm(
  deps: PageDeps,
  token: string,
  body: string,
  tries = 4,
): Promise<PageAnswer> {
  const opened = await openLink(deps, token, deps.now());
  if (opened.is !== "decidable") return notDecidable(deps, opened, 409);
  // A link is no signature: it shows such a stage and cannot decide it, whatever is submitted.
  if (opened.stage.channel === "signed") return again(deps, opened, "signed_only");
  const parsed = parseForm(body);
  if (!parsed.ok && parsed.why === "comment_too_long") return again(deps, opened, "comment_too_long");
  if (!parsed.ok) {
    await refuse(deps, opened, "invalid_request", parsed.why);
    return { status: 400, html: problemPage("unreadable_form"), grantId: opened.grant.id };
  }
  const result = await submit(deps, token, parsed.form, opened);
  if (result.is === "again")
    return again(
      deps,
      opened,
      result.notice,
      parsed.form.comment ? { comment: parsed.form.comment } : undefined,
    );
  // Overtaken by another's yes to a stage that wants more of them: this one still counts.
  if (result.is === "overtaken" && result.grant.status === "PENDING" && tries > 1)
    return decideByForm(deps, token, body, tries - 1);
  const page = outcome(opened.parties, result.grant, opened.stage.stage);
  return { status: result.is === "decided" ? 200 : 409, html: page, grantId: opened.grant.id };
}
