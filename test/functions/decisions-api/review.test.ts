import { beforeEach, describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { readReview, reviewPut } from "../../../functions/aws/table/reviews.ts";
import { transact } from "../../../functions/aws/table/transaction.ts";
import { edit, withIdentities } from "../../fakes/policy.ts";
import { once, pendingGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const AGENT = "support-assistant";
const open = (grantId: string) =>
  transact(at.world.fake.table, [
    reviewPut(at.world.fake.table, AGENT, {
      grantId,
      openedAt: "2026-11-21T09:30:00Z",
      rule: "incident",
      skipped: ["priya"],
      told: [],
    }),
  ]);
const stillOpen = async () => (await readReview(at.world.fake.table, AGENT))?.grantId;
const closings = () => at.world.events("review.closed");

describe("closing the review of a broken glass", () => {
  let id = "";
  beforeEach(async () => {
    id = await pendingGrant(at.world);
    await open(id);
  });

  it("by security: the review goes, with one event that says who and what they found", async () => {
    expect(await at.world.person("samira").review(id, "it was right")).toMatchObject({
      status: 200,
      body: { id },
    });
    expect(await stillOpen()).toBeUndefined();
    expect(closings()).toMatchObject([
      {
        actor: { id: "samira" },
        grant: id,
        facts: { agent: AGENT, reason: "it was right", code: "reviewed" },
      },
    ]);
  });
  it("by the resource's owners too", async () => {
    expect((await at.world.person("ingrid").review(id)).status).toBe(200);
    expect(await stillOpen()).toBeUndefined();
  });
  it("by security when the resource is gone, so that the agent is not locked out for ever", async () => {
    at.world.deploy((bundle) => {
      bundle.catalogue.resources = bundle.catalogue.resources.filter(({ id }) => id !== "claims");
    });
    expect((await at.world.person("priya").review(id)).status).toBe(403);
    expect((await at.world.person("samira").review(id)).status).toBe(200);
    expect(await stillOpen()).toBeUndefined();
  });
  it("repeated, changes nothing, also when two do it at once", async () => {
    const isClosing = (command: { input: object }) => JSON.stringify(command.input).includes("review.closed");
    at.world.fake.before = once(isClosing, () => at.world.person("ingrid").review(id));
    expect((await at.world.person("samira").review(id)).status).toBe(200);
    expect((await at.world.person("samira").review(id)).status).toBe(200);
    expect(closings()).toMatchObject([{ actor: { id: "ingrid" } }]);
  });
  it("never by the agent's owner, then or now, nor by whoever speaks for the owner (I-12)", async () => {
    at.world.deploy((bundle) => {
      withIdentities("luca")(bundle);
      edit(bundle.catalogue.people, "luca", (person) => {
        person.groups = ["security"];
      });
      bundle.catalogue.delegations = [
        { from: "luca", to: "samira", starts: "2026-11-21", ends: "2026-11-21" },
      ];
    });
    expect(await at.world.person("luca").review(id)).toMatchObject({ status: 403, code: "not_your_role" });
    expect(await at.world.person("samira").review(id)).toMatchObject({ status: 403, code: "not_your_role" });
    at.world.deploy((bundle) => {
      withIdentities("luca")(bundle);
      edit(bundle.catalogue.people, "luca", (person) => {
        person.groups = ["security"];
      });
      edit(bundle.catalogue.agents, AGENT, (agent) => {
        agent.owner = "maya";
      });
    });
    expect(await at.world.person("luca").review(id)).toMatchObject({ status: 403, code: "not_your_role" });
    expect(await stillOpen()).toBe(id);
    expect(closings()).toEqual([]);
  });
  it.each(["priya", "colin"])("not by %s, who may see the grant", async (person) => {
    expect(await at.world.person(person).review(id)).toMatchObject({ status: 403, code: "not_your_role" });
    expect(await stillOpen()).toBe(id);
  });
  it("not by who may not see it, nor by the agent itself", async () => {
    expect(await at.world.person("maya").review(id)).toMatchObject({ status: 404 });
    expect(await at.world.agent(AGENT).review(id)).toMatchObject({ status: 403 });
    expect(await stillOpen()).toBe(id);
  });
  it("of another grant of that agent closes nothing", async () => {
    const other = await pendingGrant(at.world, { windowSeconds: 60 });
    expect(await at.world.person("samira").review(other)).toMatchObject({ status: 409, code: "wrong_state" });
    expect(await stillOpen()).toBe(id);
  });
  it.each([[""], [" \u200b "], ["x".repeat(301)], [undefined], [7]])(
    "not with the comment %j",
    async (comment) => {
      const body = comment === undefined ? {} : { comment };
      const reply = await at.world.person("samira").call("POST", `/grants/${id}/review`, { body });
      expect(reply).toMatchObject({ status: 400, code: "invalid_request" });
      expect(await stillOpen()).toBe(id);
    },
  );
  it("a second review is not opened over the first", async () => {
    const other = await pendingGrant(at.world, { windowSeconds: 60 });
    expect(await open(other)).toMatchObject({ ok: false, index: 0 });
    expect(at.world.fake.item(keys.review(AGENT))).toMatchObject({ grantId: id });
  });
});
