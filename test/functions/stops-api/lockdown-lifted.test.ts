import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { everyRole } from "../../../functions/core/access-role.ts";
import type { Reply } from "../../fakes/api.ts";
import { routine, sensitive } from "../../fakes/asks.ts";
import { timedOut } from "../../fakes/faults.ts";
import { once, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const samira = () => at.world.person("samira");
const LONG = { windowSeconds: 600 };
const PIPELINE = { type: "agent", id: "finetune-pipeline" };
const EVERYTHING = { type: "everything" };
const idOf = ({ body }: Reply) => (body as { id: string }).id;
const queuedRoles = () => [...new Set(at.world.queue.messages.map(({ role }) => role))].sort();

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
