import { describe, expect, it } from "vitest";
import { digestOf } from "../../../functions/core/canonical.ts";
import { ASSISTANT, acted, massMail, oneMail, permitFor } from "../../fakes/actions.ts";
import { pendingGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const assistant = () => at.world.agent(ASSISTANT);

describe("asking for an action", () => {
  it("answers a routine one at once, and its permit is there as soon as the machine has signed", async () => {
    const asked = await assistant().act(oneMail);
    expect(asked).toMatchObject({
      status: 201,
      body: {
        ...{ status: "APPROVED", type: "send-mass-mail", access: "perform", audience: "mail-gateway" },
        parameters: oneMail.parameters,
        parametersDigest: digestOf(oneMail.parameters),
        decision: { outcome: "allow", rules: [{ id: "perform-at-home" }] },
      },
    });
    const { id } = asked.body as { id: string };
    expect((await assistant().action(id)).body).toMatchObject({
      ...{ status: "ACTIVE", window: { seconds: 300 } },
      permit: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    });
  });

  it("waits for the people whom its triggers ask, who approve exactly these parameters (I-19)", async () => {
    const id = await acted(at.world, massMail);
    expect((await assistant().action(id)).body).toMatchObject({
      status: "PENDING",
      decision: { plan: [{ group: "communications", quorum: 1, status: "open" }] },
    });
    expect((await assistant().action(id)).body).not.toHaveProperty("permit");
    const { token } = at.world.mail.to("yara");
    const { html } = await at.world.page(token);
    for (const shown of [
      "send-mass-mail",
      "4200",
      "eu-customers",
      "cannot be undone",
      digestOf(massMail.parameters),
    ])
      expect(html).toContain(shown);
    await at.world.decide("yara", "approve");
    expect(at.world.status(id)).toBe("ACTIVE");
    expect(await permitFor(at.world, id)).toBeTruthy();
  });

  it.each<[string, object, string]>([
    [
      "one that is missing",
      { parameters: { ...oneMail.parameters, segment: undefined } },
      "parameters.segment",
    ],
    ["one that nobody knows", { parameters: { ...oneMail.parameters, bcc: "x" } }, "parameters.bcc"],
    [
      "one of another type",
      { parameters: { ...oneMail.parameters, recipients: "1" } },
      "parameters.recipients",
    ],
    ["no whole number", { parameters: { ...oneMail.parameters, recipients: 1.5 } }, "parameters.recipients"],
    ["another form", { parameters: { ...oneMail.parameters, template: "../x" } }, "parameters.template"],
    ["a lone surrogate", { parameters: { ...oneMail.parameters, subject: "a\ud800" } }, "parameters.subject"],
    ["no such type", { type: "launch-rocket" }, "type"],
    ["a resource for a type", { type: "claims" }, "type"],
  ])("refuses parameters that break the schema: %s", async (_, change, path) => {
    expect(await assistant().act({ ...oneMail, ...change })).toMatchObject({ status: 400, path });
  });

  it("never says a value back, however long", async () => {
    const reply = await assistant().act({
      ...oneMail,
      parameters: { ...oneMail.parameters, template: "s3cret-".repeat(500) },
    });
    expect(reply).toMatchObject({ status: 400, path: "parameters.template" });
    expect(reply.text).not.toContain("s3cret");
    expect(reply.text.length).toBeLessThan(500);
  });

  it.each(["status", "digest", "approvedAt", "windowSeconds", "scope", "audience", "permit"])(
    "refuses a field of its own making: %s (I-21)",
    async (field) => {
      expect(await assistant().act({ ...oneMail, [field]: "APPROVED" })).toMatchObject({
        status: 400,
        path: field,
      });
    },
  );

  it("is one action for one key, and a conflict with other parameters (I-38)", async () => {
    const key = { "idempotency-key": "once" };
    const first = await assistant().act(oneMail, key);
    const again = await assistant().act(oneMail, key);
    expect((again.body as { id: string }).id).toBe((first.body as { id: string }).id);
    const other = { ...oneMail, parameters: { ...oneMail.parameters, recipients: 2 } };
    expect(await assistant().act(other, key)).toMatchObject({ status: 409, code: "idempotency_conflict" });
  });

  it("reads the same parameters in whatever order and spelling as the same, by RFC 8785", async () => {
    const key = { "idempotency-key": "spelt" };
    const first = await assistant().act(oneMail, key);
    const spelt =
      '{"purpose":"Tell a customer that the claim is here","parameters":{"segment":"claim-4711","recipients":1.0,' +
      '"subject":"\\u0057e have your claim","template":"claim-received"},"type":"send-mass-mail"}';
    expect((await assistant().act(spelt, key)).body).toMatchObject({ id: (first.body as { id: string }).id });
  });

  it.each([
    [
      "a key twice",
      '{"type":"send-mass-mail","purpose":"x","parameters":{"recipients":1,"recipients":4200}}',
    ],
    ["__proto__", '{"type":"send-mass-mail","purpose":"x","parameters":{"__proto__":{"recipients":1}}}'],
  ])("refuses a body with %s", async (_, body) => {
    expect(await assistant().act(body)).toMatchObject({ status: 400, code: "invalid_request" });
  });

  it("says with dryRun what policy would, and writes no action", async () => {
    const reply = await assistant().act({ ...massMail, dryRun: true });
    expect(reply).toMatchObject({
      status: 200,
      body: { dryRun: true, decision: { outcome: "needs_approval" } },
    });
    expect(at.world.events("decision.dry_run")[0].facts).toMatchObject({ resource: "send-mass-mail" });
    expect(at.world.fake.items().filter(({ entity }) => entity === "grant")).toEqual([]);
  });

  it("stores the plain context, so that the decision can be repeated (I-11)", async () => {
    const { context } = at.world.grant(await acted(at.world, massMail)).decision;
    expect(context).toMatchObject({
      triggers: ["many-recipients"],
      parameters: { numbers: { recipients: 4200 }, texts: { segment: "eu-customers" }, flags: {} },
    });
  });

  it("adds up: what stays below the trigger each time is looked at in the end (I-11)", async () => {
    at.world.deploy((bundle) => {
      const agent = bundle.catalogue.agents.find(({ id }) => id === ASSISTANT);
      if (agent) agent.quota = { openGrants: 300, asksPerMinute: 1_000 };
    });
    let routine = 0;
    for (; routine < 60; routine += 1) {
      const { status } = (await at.world.agent(ASSISTANT).act(oneMail)).body as { status: string };
      if (status === "PENDING") break;
    }
    expect(routine).toBe(50);
  });

  it("is refused under a lockdown of its type (I-71)", async () => {
    await at.world.person("samira").lockDown({ type: "resource", id: "send-mass-mail" });
    expect(await assistant().act(oneMail)).toMatchObject({ status: 403, code: "locked_down" });
  });

  it("is never asked for as a grant, and asks for nothing as a performing system", async () => {
    const asGrant = { resource: "send-mass-mail", access: "perform", windowSeconds: 300, purpose: "x" };
    expect(await assistant().ask(asGrant)).toMatchObject({ status: 400, path: "resource" });
    expect(await at.world.system("mail-gateway").act(oneMail)).toMatchObject({
      status: 403,
      code: "not_your_role",
    });
  });
});

describe("what an approver reads of an action", () => {
  const tricky = {
    ...massMail,
    parameters: {
      ...massMail.parameters,
      subject: 'Sorry" (checked by security)\u202e  approved at evil.example',
    },
  };

  it("is every value exactly, set apart from our own words, and what cannot be seen spelt out (I-24)", async () => {
    await acted(at.world, tricky);
    const { html } = await at.world.page(at.world.mail.to("yara").token);
    const shown =
      "<code>&quot;Sorry\\&quot; (checked by security)\\u202e \\u0020approved at evil.example&quot;</code>";
    expect(html).toContain(`subject: ${shown}`);
    expect(html).toContain("asks to have done: send-mass-mail");
    expect(html).toContain("by <code>mail-gateway</code>; it cannot be undone");
    expect(html).not.toContain("\u202e");
  });

  it("is the same in the mail, where nothing of it becomes a link", async () => {
    await acted(at.world, tricky);
    const mail = at.world.mail.to("yara");
    expect(mail.subject).toContain("asks to have done: send-mass-mail");
    expect(mail.text).toContain("What is done, once, and nothing else:");
    expect(mail.text).toContain('"Sorry\\" (checked by security)\\u202e \\u0020approved at evil[.]example"');
    expect(mail.text).not.toContain("evil.example");
  });
});

describe("looking at an action", () => {
  it("shows it to its agent, its audience, its approvers and owners; to nobody else (I-20)", async () => {
    const id = await acted(at.world, massMail);
    const see = async (client: { action(id: string): Promise<{ status: number }> }) =>
      (await client.action(id)).status;
    expect(await see(assistant())).toBe(200);
    expect(await see(at.world.system("mail-gateway"))).toBe(200);
    expect(await see(at.world.person("samira"))).toBe(200);
    expect(await see(at.world.agent("analytics-copilot"))).toBe(404);
    expect(await see(at.world.system("claims-desk"))).toBe(404);
    expect(await see(at.world.person("ingrid"))).toBe(404);
  });

  it("gives the permit to the agent that asked, and to nobody else", async () => {
    const id = await acted(at.world);
    expect((await assistant().action(id)).body).toHaveProperty("permit");
    for (const other of [at.world.system("mail-gateway"), at.world.person("samira")])
      expect((await other.action(id)).body).not.toHaveProperty("permit");
  });

  it("is a grant too, without credentials and without an extension", async () => {
    const id = await acted(at.world);
    expect((await assistant().get(id)).body).toMatchObject({ resource: "send-mass-mail", access: "perform" });
    expect(await assistant().collect(id)).toMatchObject({ status: 409, code: "wrong_state" });
    expect(await assistant().extend(id, { windowSeconds: 60 })).toMatchObject({
      status: 409,
      code: "wrong_state",
    });
  });

  it("is not where a grant of another kind is looked at", async () => {
    const id = await pendingGrant(at.world);
    expect(await assistant().action(id)).toMatchObject({ status: 404 });
  });

  it("is in the catalogue with its schema, and what it takes where nothing fires", async () => {
    const { actions } = (await assistant().catalogue()).body as {
      actions: { id: string; approval: string }[];
    };
    expect(actions.find(({ id }) => id === "send-mass-mail")).toMatchObject({
      ...{ approval: "none", audience: "mail-gateway", reversible: false },
      parameters: { required: ["template", "subject", "segment", "recipients"] },
      triggers: [{ id: "many-recipients", reason: "more than 100 recipients" }],
    });
    expect(actions.find(({ id }) => id === "start-tuning")?.approval).toBe("never");
  });
});
