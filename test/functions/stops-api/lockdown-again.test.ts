import { describe, expect, it } from "vitest";
import { everyRole } from "../../../functions/core/access-role.ts";
import { identityOf, type Reply } from "../../fakes/api.ts";
import { timedOut } from "../../fakes/faults.ts";
import { edit } from "../../fakes/policy.ts";
import { movesTo, once, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const samira = () => at.world.person("samira");
const LONG = { windowSeconds: 600 };
const PIPELINE = { type: "agent", id: "finetune-pipeline" };
const ASSISTANT = { type: "agent", id: "support-assistant" };
const ROLE = { type: "role", id: "training-data" };
const SSO = "arn:aws:iam::123456789012:role/AWSReservedSSO_Security_0123456789abcdef";
const idOf = ({ body }: Reply) => (body as { id: string }).id;
const queuedRoles = () => [...new Set(at.world.queue.messages.map(({ role }) => role))].sort();

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
