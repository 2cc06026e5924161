import { describe, expect, it } from "vitest";
import { type AuditEvent, chainEventId, type Facts } from "../../../functions/core/audit/event.ts";
import type { EventType } from "../../../functions/core/audit/registry.ts";
import { noticedTypes, notices } from "../../../functions/notify/notices.ts";
import { everyFact } from "../../fakes/events.ts";
import { GRANT } from "../export-audit/fixtures.ts";

const asked: Facts = {
  agent: "support-assistant",
  status: "PENDING",
  resource: "claims",
  environment: "production",
  access: "read",
  windowSeconds: 900,
  purpose: "answer a customer",
  decision: "needs_approval",
  rules: "pii,routine",
  riskScore: 62,
  riskFactors: "classification=35,first-use=10",
};
const event = (type: EventType, facts: Facts = asked, actor = "priya"): AuditEvent => ({
  v: 1,
  id: chainEventId(GRANT, 1),
  type,
  time: "2026-11-21T09:30:00.123Z",
  actor: { type: "person", id: actor },
  grant: GRANT,
  facts,
});
const noticeOf = (type: EventType, facts: Facts = asked) => notices[type]?.(event(type, facts));
const line = (notice: ReturnType<typeof noticeOf>, label: string) =>
  notice?.lines.find((each) => each.label === label)?.text;

describe("a notice", () => {
  it("says who, what, how long, at what risk, by which rule, and who is asked", () => {
    const notice = noticeOf("approval.asked", { ...asked, group: "privacy", people: "ana,bo" });
    expect(notice?.title).toBe("Waiting for privacy: support-assistant, read on claims");
    expect(Object.fromEntries(notice?.lines.map(({ label, text }) => [label, text]) ?? [])).toMatchObject({
      Agent: "support-assistant",
      Resource: "claims (production)",
      Access: "read",
      "How long": "15 min",
      Risk: "62 of 100 (classification=35, first-use=10)",
      Rules: "pii, routine",
      "Who is asked": "ana, bo",
    });
    expect(notice?.grant).toBe(GRANT);
  });
  it("keeps what the agent says apart from what is known", () => {
    const notice = noticeOf("grant.requested", {
      ...asked,
      ticket: "SUP-7",
      onBehalfOf: "c-9",
      model: "m-1",
    });
    expect(notice?.claimed.map(({ label }) => label)).toEqual(["Purpose", "On behalf of", "Ticket", "Model"]);
    expect(JSON.stringify(notice?.lines)).not.toMatch(/customer|SUP-7|c-9|m-1/);
  });
  it("says by whom and why it was decided", () => {
    const notice = noticeOf("grant.rejected", {
      ...asked,
      status: "REJECTED",
      code: "rejected",
      reason: "too wide",
    });
    expect(notice?.title).toBe("priya rejected: support-assistant, read on claims");
    expect([line(notice, "By"), line(notice, "Why")]).toEqual(["priya", "too wide"]);
  });
  it("of break-glass is urgent and names who was passed over", () => {
    const facts = { ...asked, status: "APPROVED", decision: "allow", breakGlass: true, people: "ana,bo" };
    const notice = noticeOf("grant.requested", facts);
    expect(notice).toMatchObject({ urgent: true, title: expect.stringContaining("BREAK-GLASS") });
    expect(line(notice, "Who was passed over")).toBe("ana, bo");
    expect(noticeOf("grant.ended", { ...facts, status: "ENDED" })).toBeDefined();
    expect(noticeOf("review.opened", facts)?.urgent).toBe(true);
  });
});

describe("of mails and actions", () => {
  it("that do not arrive people hear, by the person's id and urgently; of a full mailbox they do not", () => {
    const facts = { ...asked, people: "priya", stage: 1, group: "privacy" };
    const bounced = noticeOf("mail.bounced", { ...facts, code: "hard", reason: "5.1.1" });
    expect(bounced?.title).toBe("Mails to priya do not arrive: support-assistant, read on claims");
    expect(bounced?.urgent).toBe(true);
    expect([line(bounced, "Who was not reached"), line(bounced, "Why")]).toEqual(["priya", "5.1.1"]);
    expect(noticeOf("mail.bounced", { ...facts, code: "soft" })).toBeUndefined();
    expect(noticeOf("mail.complained", { ...facts, code: "abuse" })?.title).toMatch(/^The mailbox of priya/);
  });
  it("that did not go well, or that nobody speaks of, people hear", () => {
    expect(noticeOf("action.outcome_unknown", { ...asked, code: "unknown" })).toMatchObject({
      title: "Begun, and nobody says what came of it: support-assistant, read on claims",
      urgent: true,
    });
    expect(noticeOf("action.outcome_reported", { ...asked, code: "failed" })?.title).toMatch(
      /^Did not work: /,
    );
    expect(noticeOf("action.outcome_reported", { ...asked, code: "done" })).toBeUndefined();
    expect(noticeOf("action.stopped", { ...asked, code: "revoked" })?.urgent).toBe(true);
  });
});

describe("nobody is told", () => {
  const routine = { ...asked, decision: "allow" };
  it.each<[EventType, Facts]>([
    ["grant.requested", { ...routine, status: "APPROVED" }],
    ["grant.requested", { ...asked, status: "DENIED", decision: "deny" }],
    ["grant.requested", { ...asked, status: "DENIED", decision: "deny", breakGlass: true }],
    ["grant.approved", { ...routine, status: "APPROVED" }],
    ["grant.ended", { ...routine, status: "ENDED" }],
    ["grant.cancelled", { ...routine, status: "CANCELLED" }],
    ["grant.revoked", { ...routine, status: "REVOKED", code: "released" }],
    ["grant.attempt_claimed", asked],
    ["credentials.collected", asked],
    ["request.refused", asked],
  ])("of %s in routine", (type, facts) => {
    expect(noticeOf(type, facts)).toBeUndefined();
  });
  it("but of a routine grant that somebody stopped, or that failed, everybody is", () => {
    expect(noticeOf("grant.revoked", { ...routine, status: "REVOKED", code: "revoked" })?.urgent).toBe(true);
    expect(noticeOf("grant.failed", { ...routine, status: "FAILED" })?.urgent).toBe(true);
    expect(noticeOf("grant.revoking", { ...routine, status: "REVOKING", code: "revoked" })).toMatchObject({
      title: "priya revokes: support-assistant, read on claims",
      urgent: true,
    });
    expect(noticeOf("grant.cancelled", { ...routine, status: "CANCELLED", code: "revoked" })?.urgent).toBe(
      true,
    );
  });
  it("of each grant that a lockdown ends, but of the lockdown, and of its end", () => {
    const facts = { ...asked, code: "locked_down" };
    for (const type of ["grant.revoking", "grant.revoked", "grant.denied"] as const)
      expect(noticeOf(type, facts), type).toBeUndefined();
    const stands = { lockdown: GRANT, target: "agent support-assistant", reason: "odd reads" };
    const set = noticeOf("lockdown.set", { ...stands, agent: "support-assistant" });
    expect(set).toMatchObject({
      title: "LOCKDOWN by priya: agent support-assistant. Nothing is granted there",
      urgent: true,
    });
    expect([line(set, "By"), line(set, "Why")]).toEqual(["priya", "odd reads"]);
    expect(noticeOf("lockdown.lifted", stands)?.title).toBe(
      "priya lifted the lockdown of agent support-assistant",
    );
  });
});

it("every noticed type gives a whole notice of an event with every fact, and of one with none", () => {
  for (const type of noticedTypes)
    for (const facts of [
      { ...everyFact, decision: "needs_approval", status: "PENDING", code: "revoked" },
      {},
    ]) {
      const notice = notices[type]?.(event(type, facts));
      if (type !== "grant.requested" && facts !== undefined && "decision" in facts)
        expect(notice?.title, type).toMatch(/^\S.+/);
      expect(JSON.stringify(notice ?? ""), type).not.toContain("undefined");
    }
});
