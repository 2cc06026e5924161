import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { sensitive } from "../../fakes/asks.ts";
import { timedOut } from "../../fakes/faults.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const emergency = { ...sensitive, breakGlass: true };
const assistant = () => at.world.agent("support-assistant");
const idOf = (reply: { body: unknown }) => (reply.body as { id: string }).id;
const rulesOf = (reply: { body: unknown }) =>
  (reply.body as { error: { details: { rules: { id: string }[] } } }).error.details.rules.map(({ id }) => id);
const mailedTo = () => at.world.mail.inbox.map(({ to }) => to).sort();

describe("break-glass", () => {
  it("gives access at once where a rule allows it, and keeps which stages nobody was asked in", async () => {
    const reply = await assistant().ask(emergency);
    expect(reply.status).toBe(201);
    const grant = at.world.grant(idOf(reply));
    expect(grant.decision).toMatchObject({
      outcome: "allow",
      plan: [],
      breakGlass: { rule: "break-glass-for-customer-care", skipped: [{ group: "privacy", quorum: 1 }] },
    });
    expect(at.world.status(grant.id)).toBe("ACTIVE");
    expect(at.world.events("grant.requested")).toMatchObject([
      { facts: { breakGlass: true, people: "priya,tomas" } },
    ]);
    expect(at.world.events("review.opened")).toMatchObject([
      { grant: grant.id, facts: { people: "priya,tomas", reason: "break-glass-for-customer-care" } },
    ]);
  });

  it("tells by mail everybody who was passed over, once, and gives them no means to decide", async () => {
    await assistant().ask(emergency);
    await at.world.askAgain();
    await at.world.sweep();
    expect(mailedTo()).toEqual(["priya.raman@northwind.example", "tomas.herrera@northwind.example"]);
    for (const { subject, text, html } of at.world.mail.inbox) {
      expect(subject).toMatch(/^Break-glass: Support assistant asks to read claims for 15 minutes/);
      expect(`${text}${html}`).not.toContain("/approvals/");
      expect(text).toContain("Priya Raman, Tomás Herrera");
    }
  });

  it("has them told by sweep when that could not be ordered, and again those alone whose mail failed", async () => {
    at.world.asker.before = () => {
      throw timedOut("Lambda");
    };
    expect((await assistant().ask(emergency)).status).toBe(201);
    await at.world.askAgain();
    expect(mailedTo()).toEqual([]);
    at.world.asker.before = undefined;
    let tries = 0;
    at.world.mail.before = ({ to }) => {
      if (!to.startsWith("tomas")) return;
      tries += 1;
      if (tries <= 4) throw timedOut("SES");
    };
    for (let minute = 0; minute < 8; minute += 1) {
      at.world.tick(60_000);
      await at.world.sweep();
    }
    expect(mailedTo()).toEqual(["priya.raman@northwind.example", "tomas.herrera@northwind.example"]);
  });

  it("is blocked for the agent while its review is open, and free again once somebody closed it", async () => {
    const first = idOf(await assistant().ask(emergency));
    const again = await assistant().ask(emergency);
    expect(again.status).toBe(403);
    expect(rulesOf(again)).toEqual(["break-glass-review-open"]);
    expect(
      (await at.world.person("samira").call("POST", `/grants/${first}/review`, { body: {} })).status,
    ).toBe(400);
    const body = { comment: "a customer was in hospital" };
    expect((await at.world.person("samira").call("POST", `/grants/${first}/review`, { body })).status).toBe(
      200,
    );
    expect((await assistant().ask(emergency)).status).toBe(201);
  });

  it("is had once when asked twice at the same instant", async () => {
    const replies = await Promise.all([assistant().ask(emergency), assistant().ask(emergency)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 403]);
    expect(at.world.events("review.opened")).toHaveLength(1);
  });

  it("is no way round rules that nobody's yes can open, and no way where no rule allows it", async () => {
    const indexer = await at.world.agent("rag-indexer").ask(emergency);
    expect(rulesOf(indexer)).toContain("environments-do-not-cross");
    const analytics = await at.world.agent("analytics-copilot").ask(emergency);
    expect(rulesOf(analytics)).toEqual(["no-break-glass"]);
    expect(at.world.fake.item(keys.review("analytics-copilot"))).toBeUndefined();
  });

  it("is not what was asked when nobody need be asked: no review, no mail", async () => {
    const reply = await assistant().ask({ ...emergency, resource: "product-docs", scope: undefined });
    expect(reply).toMatchObject({ status: 201, body: { decision: { outcome: "allow" } } });
    expect(at.world.fake.item(keys.review("support-assistant"))).toBeUndefined();
    expect(at.world.events("review.opened")).toEqual([]);
  });

  it("waits for the ordinary asks: an open review blocks those not at all", async () => {
    await assistant().ask(emergency);
    expect((await assistant().ask(sensitive)).status).toBe(201);
  });
});
