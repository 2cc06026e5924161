import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { everyRole } from "../../../functions/core/access-role.ts";
import { identityOf, type Reply } from "../../fakes/api.ts";
import { routine, sensitive } from "../../fakes/asks.ts";
import { timedOut } from "../../fakes/faults.ts";
import { edit } from "../../fakes/policy.ts";
import {
  approvedGrant,
  asked,
  movesTo,
  once,
  orphanedAttempt,
  pendingGrant,
  routineGrant,
} from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const samira = () => at.world.person("samira");
const LONG = { windowSeconds: 600 };
const PIPELINE = { type: "agent", id: "finetune-pipeline" };
const ASSISTANT = { type: "agent", id: "support-assistant" };
const CONVERSATIONS = { type: "resource", id: "support-conversations" };
const ROLE = { type: "role", id: "training-data" };
const SSO = "arn:aws:iam::123456789012:role/AWSReservedSSO_Security_0123456789abcdef";
const EVERYTHING = { type: "everything" };
const idOf = ({ body }: Reply) => (body as { id: string }).id;
const queuedRoles = () => [...new Set(at.world.queue.messages.map(({ role }) => role))].sort();

describe("a lockdown", () => {
  it("is set with its event in one write, and stands in the list", async () => {
    const reply = await samira().lockDown(PIPELINE, "odd reads");
    expect(reply).toMatchObject({
      status: 201,
      body: { target: PIPELINE, reason: "odd reads", by: "samira", stopped: 0, failed: [], complete: true },
    });
    expect(at.world.events("lockdown.set")).toMatchObject([
      {
        actor: { type: "person", id: "samira" },
        facts: {
          lockdown: idOf(reply),
          target: "agent finetune-pipeline",
          agent: "finetune-pipeline",
          reason: "odd reads",
        },
      },
    ]);
    const { stopped: _s, failed: _f, complete: _c, ...stands } = reply.body as Record<string, unknown>;
    expect((await at.world.person("noor").lockdowns()).body).toEqual({ lockdowns: [stands] });
  });
  it.each([
    ["its agent", PIPELINE],
    ["its resource", CONVERSATIONS],
    ["its role", ROLE],
    ["everything", EVERYTHING],
  ])("of %s ends what is live, what is being minted and nothing else (I-26)", async (_, target) => {
    const live = await routineGrant(at.world, LONG);
    const other = await asked(at.world, "rag-indexer", {
      resource: "eval-sets",
      access: "list",
      windowSeconds: 600,
      purpose: "index",
    });
    const minting = await orphanedAttempt(at.world, LONG);
    const reply = await samira().lockDown(target);
    expect(reply.body).toMatchObject({ stopped: target.type === "everything" ? 3 : 2, complete: true });
    for (const id of [live, minting]) {
      expect(at.world.grant(id)).toMatchObject({
        status: "REVOKING",
        closing: { code: "locked_down", by: "samira" },
      });
      expect((await at.world.agent("finetune-pipeline").collect(id)).code).toBe("grant_over");
    }
    expect(at.world.status(other)).toBe(target.type === "everything" ? "REVOKING" : "ACTIVE");
    await at.world.revokeAll();
    for (const id of [live, minting])
      expect(at.world.iam.denies("latchkey-access-training-data", id)).toBe(true);
  });
  it("names itself, its target and its reason in the event of each grant; the agent is not shown the reason", async () => {
    const id = await routineGrant(at.world, LONG);
    const lockdown = idOf(await samira().lockDown(PIPELINE, "we suspect its maintainer"));
    expect(at.world.events("grant.revoking")).toMatchObject([
      {
        grant: id,
        facts: {
          code: "locked_down",
          lockdown,
          target: "agent finetune-pipeline",
          reason: "we suspect its maintainer",
        },
      },
    ]);
    expect((await at.world.agent("finetune-pipeline").get(id)).text).not.toContain("suspect");
  });
  it("of an agent denies what it has open: waiting for people, and approved", async () => {
    const waiting = await pendingGrant(at.world);
    const others = await routineGrant(at.world, LONG);
    expect((await samira().lockDown(ASSISTANT)).body).toMatchObject({ stopped: 1 });
    expect(at.world.grant(waiting)).toMatchObject({ status: "DENIED", closing: { code: "locked_down" } });
    expect(at.world.workflow.executions.get(waiting)?.at).toBe("done");
    const approved = await approvedGrant(at.world);
    await samira().lockDown(PIPELINE);
    expect([approved, others].map(at.world.status)).toEqual(["DENIED", "REVOKING"]);
  });
  it.each([
    ["agent", PIPELINE, () => everyRole(at.world.policy.catalogue)],
    ["role", ROLE, () => ["latchkey-access-training-data"]],
    ["everything", EVERYTHING, () => everyRole(at.world.policy.catalogue)],
    ["resource", CONVERSATIONS, () => []],
  ])(
    "of %s orders the lists of the roles that it touches, though nothing is live",
    async (_, target, roles) => {
      await samira().lockDown(target);
      expect(queuedRoles()).toEqual(roles().sort());
    },
  );
  it("orders a role's list once more after the entries of what it stopped, not once for each", async () => {
    for (let index = 0; index < 5; index += 1) await routineGrant(at.world, LONG);
    at.world.fake.before = once(movesTo("REVOKING"), () => at.world.revokeAll());
    await samira().lockDown(CONVERSATIONS);
    expect(at.world.queue.messages.map(({ role }) => role)).toEqual(["latchkey-access-training-data"]);
  });
  it("of twenty live grants and five being minted ends them all (I-71)", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 20; index += 1) ids.push(await routineGrant(at.world, LONG));
    for (let index = 0; index < 5; index += 1) ids.push(await orphanedAttempt(at.world, LONG));
    expect((await samira().lockDown(PIPELINE)).body).toMatchObject({ stopped: 25, complete: true });
    await at.world.revokeAll();
    for (const id of ids) expect(at.world.iam.denies("latchkey-access-training-data", id)).toBe(true);
  });
  it("stands while minting, sealing and mail are down, and stops what is live (I-34)", async () => {
    const id = await routineGrant(at.world, LONG);
    const down = () => {
      throw timedOut("everything else");
    };
    for (const each of [at.world.sts, at.world.mail, at.world.bus, at.world.seal])
      Object.assign(each, { before: down });
    expect((await samira().lockDown(EVERYTHING)).body).toMatchObject({ stopped: 1, complete: true });
    await at.world.revokeAll();
    expect(at.world.iam.denies("latchkey-access-training-data", id)).toBe(true);
  });
});

describe("under a lockdown", () => {
  it.each([
    ["its agent", PIPELINE],
    ["the resource", CONVERSATIONS],
    ["the role", ROLE],
    ["everything", EVERYTHING],
  ])("of %s nothing is asked for: refused with its id, an event, and nothing written", async (_, target) => {
    const lockdown = idOf(await samira().lockDown(target));
    const before = at.world.fake.items().length;
    const agent = at.world.agent("finetune-pipeline");
    const reply = await agent.ask(routine);
    expect(reply).toMatchObject({
      status: 403,
      code: "locked_down",
      body: { error: { details: { lockdown, target } } },
    });
    expect((await agent.ask({ ...routine, dryRun: true })).code).toBe("locked_down");
    expect(at.world.events("request.refused")).toMatchObject([
      { facts: { code: "locked_down", agent: "finetune-pipeline" } },
    ]);
    // The refusal's event and its count.
    expect(at.world.fake.items()).toHaveLength(before + 2);
    expect((await agent.catalogue()).status).toBe(200);
  });
  it("others ask as before", async () => {
    await samira().lockDown(ASSISTANT);
    expect(at.world.status(await routineGrant(at.world))).toBe("ACTIVE");
  });
  it("an ask is refused at the cost of one query more", async () => {
    const agent = at.world.agent("finetune-pipeline");
    await agent.ask(routine);
    const first = at.world.fake.counts.reads;
    await agent.ask(routine);
    const ask = at.world.fake.counts.reads - first;
    await samira().lockDown(PIPELINE);
    const second = at.world.fake.counts.reads;
    await agent.ask(routine);
    expect(at.world.fake.counts.reads - second).toBeLessThanOrEqual(ask);
  });
  it("nobody approves, by link or signed; a no is taken", async () => {
    const [one, two] = [await pendingGrant(at.world), await pendingGrant(at.world)];
    const lockdown = idOf(await samira().lockDown({ type: "resource", id: "claims" }));
    const shown = await at.world.page(at.world.mail.to("priya").token);
    expect(shown.html).toContain("has set a lockdown");
    const page = await at.world.decide("priya", "approve");
    expect(page.status).toBe(403);
    expect(page.html).toContain("has set a lockdown");
    const { digest } = at.world.grant(one);
    const signed = await at.world.person("priya").decide(one, { decision: "approve", stage: 1, digest });
    expect(signed).toMatchObject({
      status: 403,
      code: "locked_down",
      body: { error: { details: { lockdown } } },
    });
    expect([one, two].map(at.world.status)).toEqual(["PENDING", "PENDING"]);
    expect((await at.world.decide("priya", "reject")).status).toBe(200);
    expect(at.world.status(two)).toBe("REJECTED");
    await at.world.person("noor").lift(lockdown);
    const after = await at.world.person("priya").decide(one, { decision: "approve", stage: 1, digest });
    expect(after.status).toBe(200);
  });
  it("nothing is extended, though the grant could not be stopped yet", async () => {
    const id = await routineGrant(at.world, LONG);
    at.world.fake.before = (command) => {
      if (movesTo("REVOKING")(command)) throw timedOut("DynamoDB");
    };
    const lockdown = idOf(await samira().lockDown(PIPELINE));
    at.world.fake.before = undefined;
    expect(await at.world.agent("finetune-pipeline").extend(id, { windowSeconds: 600 })).toMatchObject({
      status: 403,
      code: "locked_down",
      body: { error: { details: { lockdown } } },
    });
    expect(at.world.fake.item(keys.extension(id))).toBeUndefined();
  });
  it("nothing is handed over, though the grant could not be stopped yet", async () => {
    const id = await routineGrant(at.world, LONG);
    at.world.fake.before = (command) => {
      if (movesTo("REVOKING")(command)) throw timedOut("DynamoDB");
    };
    const reply = await samira().lockDown(PIPELINE);
    expect(reply.body).toMatchObject({ stopped: 0, failed: [id], complete: false });
    const opened: unknown[] = [];
    at.world.seal.before = (what) => opened.push(what);
    const collected = await at.world.agent("finetune-pipeline").collect(id);
    expect(collected).toMatchObject({ status: 403, code: "locked_down" });
    expect(opened).toEqual([]);
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("the agent can still give back what it has", async () => {
    const id = await routineGrant(at.world, LONG);
    at.world.fake.before = (command) => {
      if (movesTo("REVOKING")(command)) throw timedOut("DynamoDB");
    };
    await samira().lockDown(CONVERSATIONS);
    at.world.fake.before = undefined;
    expect((await at.world.agent("finetune-pipeline").release(id)).status).toBe(200);
  });
});

describe("who may lock down", () => {
  it.each(["priya", "ingrid", "maya", "colin"])("not %s", async (person) => {
    const id = await routineGrant(at.world, LONG);
    const client = at.world.person(person);
    expect(await client.lockDown(EVERYTHING)).toMatchObject({ status: 403, code: "not_your_role" });
    expect(await client.lockdowns()).toMatchObject({ status: 403, code: "not_your_role" });
    expect(await client.lift("aaaaaaaaaaaaaaaa")).toMatchObject({ status: 403, code: "not_your_role" });
    expect(at.world.status(id)).toBe("ACTIVE");
    expect(at.world.events("lockdown.set")).toEqual([]);
  });
  it("no agent", async () => {
    const agent = at.world.agent("finetune-pipeline");
    for (const reply of [
      await agent.lockDown(ASSISTANT),
      await agent.lockdowns(),
      await agent.lift("aaaaaaaaaaaaaaaa"),
    ])
      expect(reply).toMatchObject({ status: 403, code: "not_your_role" });
  });
});

describe("a target", () => {
  it.each([
    [{ type: "agent", id: "finetune-pipelin" }, "target.id"],
    [{ type: "resource", id: "nothing" }, "target.id"],
    [{ type: "role", id: "latchkey-access-training-data" }, "target.id"],
    [{ type: "agent", id: "" }, "target.id"],
    [{ type: "agent" }, "target.id"],
    [{ type: "everything", id: "x" }, "target.id"],
    [{ type: "person", id: "maya" }, "target.type"],
    [{ type: "agent", id: "x".repeat(10_000) }, "target.id"],
    ["everything", "target"],
    [undefined, "target"],
  ])("that is none is refused, with the field: %j", async (target, path) => {
    const reply = await samira().lockDown(target);
    expect(reply).toMatchObject({ status: 400, code: "invalid_request", path });
    expect(reply.text.length).toBeLessThan(500);
    expect((await samira().lockdowns()).body).toEqual({ lockdowns: [] });
  });
  it("that was taken out of the catalogue, and is live still, can be locked down", async () => {
    const id = await routineGrant(at.world, LONG);
    at.world.deploy((bundle) => {
      const { catalogue } = bundle;
      catalogue.resources = catalogue.resources.filter(({ id }) => id !== "support-conversations");
    });
    expect((await samira().lockDown(CONVERSATIONS)).body).toMatchObject({ stopped: 1 });
    expect(at.world.status(id)).toBe("REVOKING");
  });
  it("whose role no resource has any more can be locked down: sweep has seen it, or it has something live", async () => {
    await at.world.sweep();
    const id = await routineGrant(at.world, LONG);
    const withoutTraining = (bundle: { catalogue: { resources: { accessRole: string }[] } }) => {
      const { catalogue } = bundle;
      catalogue.resources = catalogue.resources.filter(({ accessRole }) => accessRole !== "training-data");
    };
    at.world.deploy(withoutTraining);
    expect((await samira().lockDown(ROLE)).body).toMatchObject({ stopped: 1, complete: true });
    expect(at.world.status(id)).toBe("REVOKING");
    expect(queuedRoles()).toEqual(["latchkey-access-training-data"]);
    at.world.queue.messages.splice(0);
    await samira().lockDown(EVERYTHING);
    expect(queuedRoles()).toContain("latchkey-access-training-data");
  });
  it("that is an agent that has asked, and is gone, can be locked down", async () => {
    const id = await pendingGrant(at.world);
    at.world.deploy((bundle) => {
      bundle.catalogue.agents = bundle.catalogue.agents.filter((each) => each.id !== "support-assistant");
    });
    expect((await samira().lockDown(ASSISTANT)).body).toMatchObject({ stopped: 1 });
    expect(at.world.status(id)).toBe("DENIED");
  });
});

describe("the same lockdown twice", () => {
  it("is the one that stands, whoever sets it again, and ends what is live since", async () => {
    const first = idOf(await samira().lockDown(PIPELINE, "one"));
    const again = await at.world.person("noor").lockDown(PIPELINE, "two");
    expect(again).toMatchObject({ status: 200, body: { id: first, by: "samira", reason: "one" } });
    expect(at.world.events("lockdown.set")).toHaveLength(1);
  });
  it("at the same moment is one", async () => {
    at.world.fake.before = once(
      (command) => JSON.stringify(command.input).includes("lockdown.set"),
      () => at.world.person("noor").lockDown(PIPELINE, "two"),
    );
    const reply = await samira().lockDown(PIPELINE, "one");
    expect(reply).toMatchObject({ status: 200, body: { by: "noor", reason: "two" } });
    expect(at.world.events("lockdown.set")).toHaveLength(1);
  });
  it("by the same key is the same; with another body it is refused; another person's key is another (I-38)", async () => {
    const key = { "Idempotency-Key": "incident-7" };
    const first = await samira().lockDown(PIPELINE, "one", key);
    expect(first.status).toBe(201);
    expect(await samira().lockDown(PIPELINE, "one", key)).toMatchObject({
      status: 200,
      body: { id: idOf(first) },
    });
    expect(await samira().lockDown(ASSISTANT, "one", key)).toMatchObject({
      status: 409,
      code: "idempotency_conflict",
    });
    expect((await at.world.person("noor").lockDown(ASSISTANT, "one", key)).status).toBe(201);
    expect((await samira().lockDown(ROLE, "x", { "Idempotency-Key": "a b" })).path).toBe("Idempotency-Key");
  });
  it("of two people on one SSO role: each has keys of their own, and their refusals are told apart (I-38, I-59)", async () => {
    at.world.deploy((bundle) => {
      for (const id of ["samira", "noor", "priya", "tomas"])
        edit(bundle.catalogue.people, id, (person) => {
          person.principal = SSO;
          person.sessionName = id;
        });
    });
    const session = (id: string) => at.world.as(identityOf(SSO, "AROASSO", id));
    const key = { "Idempotency-Key": "incident-7" };
    const first = await session("samira").lockDown(PIPELINE, "one", key);
    expect(first.status).toBe(201);
    expect((await session("noor").lockDown(ASSISTANT, "two", key)).status).toBe(201);
    for (const id of ["priya", "tomas", "tomas"])
      expect((await session(id).lockDown(ROLE)).code).toBe("not_your_role");
    const refused = at.world.events("request.refused");
    expect(refused.map(({ actor }) => actor.id)).toEqual(["priya", "tomas"]);
  });
  it("by a key whose lockdown was lifted is not set anew: a repeat is no new order", async () => {
    const key = { "Idempotency-Key": "incident-7" };
    const first = idOf(await samira().lockDown(PIPELINE, "one", key));
    await at.world.person("noor").lift(first);
    expect(await samira().lockDown(PIPELINE, "one", key)).toMatchObject({
      status: 409,
      code: "wrong_state",
    });
    expect((await samira().lockdowns()).body).toEqual({ lockdowns: [] });
    expect((await samira().lockDown(PIPELINE, "one")).status).toBe(201);
  });
  it("keyed to one that another set, is not set anew by a repeat either", async () => {
    const key = { "Idempotency-Key": "incident-7" };
    const first = idOf(await at.world.person("noor").lockDown(PIPELINE));
    expect((await samira().lockDown(PIPELINE, "mine", key)).body).toMatchObject({ id: first });
    await at.world.person("emil").lift(first);
    expect((await samira().lockDown(PIPELINE, "mine", key)).code).toBe("wrong_state");
  });
});

describe("when something fails", () => {
  const isSetting = (command: { input: object }) => JSON.stringify(command.input).includes("lockdown.set");
  it("before it is written, nothing stands and the call says so", async () => {
    at.world.fake.before = once(isSetting, () => {
      throw timedOut("DynamoDB");
    });
    expect((await samira().lockDown(PIPELINE)).status).toBe(503);
    expect((await samira().lockdowns()).body).toEqual({ lockdowns: [] });
  });
  it("a lost answer is settled by reading back", async () => {
    at.world.fake.after = once(isSetting, () => {
      throw timedOut("DynamoDB");
    });
    const id = await routineGrant(at.world, LONG);
    expect(await samira().lockDown(PIPELINE)).toMatchObject({ status: 201, body: { stopped: 1 } });
    expect(at.world.status(id)).toBe("REVOKING");
    expect(at.world.events("lockdown.set")).toHaveLength(1);
  });
  it("after it is written, it stands; one that cannot be stopped keeps no other live", async () => {
    const [one, two] = [await routineGrant(at.world, LONG), await routineGrant(at.world, LONG)];
    at.world.fake.before = (command) => {
      if (movesTo("REVOKING")(command) && JSON.stringify(command.input).includes(one))
        throw timedOut("DynamoDB");
    };
    expect(await samira().lockDown(PIPELINE)).toMatchObject({
      status: 201,
      body: { stopped: 1, failed: [one], complete: false },
    });
    expect([one, two].map(at.world.status)).toEqual(["ACTIVE", "REVOKING"]);
    at.world.fake.before = undefined;
    await at.world.sweep();
    expect(at.world.grant(one)).toMatchObject({
      status: "REVOKING",
      closing: { code: "locked_down", by: "sweep" },
    });
    await at.world.revokeAll();
    for (const id of [one, two]) expect(at.world.iam.denies("latchkey-access-training-data", id)).toBe(true);
  });
  it("what is live cannot be read: it stands, the answer says that it is not complete, and sweep ends it", async () => {
    const id = await routineGrant(at.world, LONG);
    at.world.fake.before = (command) => {
      if (JSON.stringify(command.input).includes("LIVE#")) throw timedOut("DynamoDB");
    };
    expect(await samira().lockDown(PIPELINE)).toMatchObject({
      status: 201,
      body: { stopped: 0, complete: false },
    });
    at.world.fake.before = undefined;
    await at.world.sweep();
    expect(at.world.status(id)).toBe("REVOKING");
  });
  it("the deny queue is down: it stands, what is live is stopped, and sweep orders the lists", async () => {
    const id = await routineGrant(at.world, LONG);
    at.world.queue.fault = timedOut("SQS");
    expect((await samira().lockDown(PIPELINE)).body).toMatchObject({ stopped: 1, complete: true });
    at.world.queue.fault = undefined;
    await at.world.sweep();
    expect(queuedRoles()).toEqual(everyRole(at.world.policy.catalogue).sort());
    await at.world.revokeAll();
    expect(at.world.iam.denies("latchkey-access-training-data", id)).toBe(true);
  });
});

describe("lifting", () => {
  const lockDown = async () => idOf(await samira().lockDown(PIPELINE, "odd reads"));

  it("is for somebody else of security, with a reason and an event; asks pass again", async () => {
    const id = await lockDown();
    const reply = await at.world.person("noor").lift(id, "keys rotated");
    expect(reply).toMatchObject({
      status: 200,
      body: { id, lifted: true, by: "noor", reason: "keys rotated" },
    });
    expect(at.world.events("lockdown.lifted")).toMatchObject([
      {
        actor: { id: "noor" },
        facts: { lockdown: id, target: "agent finetune-pipeline", reason: "keys rotated" },
      },
    ]);
    expect((await samira().lockdowns()).body).toEqual({ lockdowns: [] });
    expect(at.world.status(await routineGrant(at.world))).toBe("ACTIVE");
  });
  it("not for who set it, nor by the hand of a delegate (attack)", async () => {
    const id = await lockDown();
    expect(await samira().lift(id)).toMatchObject({ status: 403, code: "not_your_role" });
    at.world.deploy((bundle) => {
      bundle.catalogue.delegations = [
        { from: "samira", to: "maya", starts: "2026-11-21", ends: "2026-11-22" },
      ];
    });
    expect(await at.world.person("maya").lift(id)).toMatchObject({ status: 403, code: "not_your_role" });
    at.world.deploy((bundle) => {
      for (const person of bundle.catalogue.people)
        if (person.id === "noor") person.email = "Samira.Haddad+two@northwind.example";
    });
    expect(await at.world.person("noor").lift(id)).toMatchObject({ status: 403, code: "not_your_role" });
    expect((await samira().lockdowns()).text).toContain(id);
    expect(at.world.events("lockdown.lifted")).toEqual([]);
  });
  it("orders the lists of the roles that it touched, so that its stop goes from them", async () => {
    const id = await lockDown();
    at.world.queue.messages.splice(0);
    await at.world.person("noor").lift(id);
    expect(queuedRoles()).toEqual(everyRole(at.world.policy.catalogue).sort());
  });
  it("leaves what was ended ended (I-17)", async () => {
    const grant = await routineGrant(at.world, LONG);
    const id = await lockDown();
    await at.world.revokeAll();
    await at.world.person("noor").lift(id);
    await at.world.revokeAll();
    expect(["REVOKING", "REVOKED"]).toContain(at.world.status(grant));
    expect(at.world.iam.denies("latchkey-access-training-data", grant)).toBe(true);
  });
  it("is fine to repeat, and at the same moment is one", async () => {
    const id = await lockDown();
    at.world.fake.before = once(
      (command) => JSON.stringify(command.input).includes("lockdown.lifted"),
      () => at.world.person("emil").lift(id, "first"),
    );
    expect((await at.world.person("noor").lift(id)).body).toMatchObject({ by: "emil", reason: "first" });
    expect((await at.world.person("noor").lift(id)).body).toMatchObject({ by: "emil", reason: "first" });
    expect(at.world.events("lockdown.lifted")).toHaveLength(1);
  });
  it("settles a lost answer by reading back", async () => {
    const id = await lockDown();
    at.world.fake.after = once(
      (command) => JSON.stringify(command.input).includes("lockdown.lifted"),
      () => {
        throw timedOut("DynamoDB");
      },
    );
    expect((await at.world.person("noor").lift(id)).status).toBe(200);
    expect(at.world.events("lockdown.lifted")).toHaveLength(1);
  });
  it.each(["aaaaaaaaaaaaaaaa", "no-id", "..%2f"])(
    "what is not there has one answer: %s (I-31)",
    async (id) => {
      expect(await samira().lift(id)).toMatchObject({ status: 404, code: "not_found" });
    },
  );
  it.each([[""], ["\u200b"], ["x".repeat(301)]])("needs a reason that says something: %j", async (reason) => {
    const id = await lockDown();
    expect(await at.world.person("noor").lift(id, reason)).toMatchObject({ status: 400, path: "reason" });
    expect(await at.world.person("noor").call("DELETE", `/lockdowns/${id}`)).toMatchObject({
      path: "reason",
    });
    expect((await samira().lockdowns()).text).toContain(id);
  });
  it("one of two that overlap leaves the other standing", async () => {
    const [agent] = [await lockDown()];
    const everything = idOf(await samira().lockDown(EVERYTHING));
    await at.world.person("noor").lift(agent);
    const reply = await at.world.agent("finetune-pipeline").ask(routine);
    expect(reply).toMatchObject({ body: { error: { details: { lockdown: everything } } } });
    expect((await at.world.agent("support-assistant").ask(sensitive)).code).toBe("locked_down");
  });
  it("keeps nothing in the table but the record", async () => {
    const id = await lockDown();
    await at.world.person("noor").lift(id);
    expect(at.world.fake.item(keys.lockdown(id))).toBeUndefined();
    expect(at.world.fake.item(keys.lockdownOf("agent finetune-pipeline"))).toBeUndefined();
  });
});
