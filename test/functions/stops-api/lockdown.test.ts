import { describe, expect, it } from "vitest";
import { everyRole } from "../../../functions/core/access-role.ts";
import type { Reply } from "../../fakes/api.ts";
import { timedOut } from "../../fakes/faults.ts";
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
