import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { all, demand, edit, withIdentities } from "../../fakes/policy.ts";
import { pendingGrant, routineGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const waitingFor = async (person: string, query: Record<string, string> = {}) => {
  const reply = await at.world.person(person).waiting(query);
  expect(reply.status).toBe(200);
  return (reply.body as { grants: { id: string }[] }).grants.map(({ id }) => id);
};

describe("what waits for me", () => {
  it("is what my groups are asked now, newest first", async () => {
    const one = await pendingGrant(at.world);
    at.world.tick(1_000);
    const two = await twoStageGrant(at.world);
    await routineGrant(at.world);
    expect(await waitingFor("priya")).toEqual([two, one]);
    expect(await waitingFor("priya", { limit: "1" })).toEqual([two]);
    expect(await waitingFor("ingrid"), "her stage is not open yet").toEqual([]);
    expect(await waitingFor("samira")).toEqual([]);
  });
  it("goes with the stages", async () => {
    const id = await twoStageGrant(at.world);
    await at.world.decide("priya", "approve");
    expect([await waitingFor("priya"), await waitingFor("ingrid")]).toEqual([[], [id]]);
    await at.world.decide("ingrid", "reject");
    expect(await waitingFor("ingrid")).toEqual([]);
    expect(at.world.fake.item(keys.grant(id))).not.toHaveProperty("waitingPk");
  });
  it("is not what I have decided, while others are still waited for", async () => {
    at.world.deploy(demand("personal-data-needs-privacy", { quorum: 2 }));
    const id = await pendingGrant(at.world);
    expect(await waitingFor("priya")).toEqual([id]);
    await at.world.decide("priya", "approve");
    expect(await waitingFor("priya")).toEqual([]);
  });
  it("is never my own agent's (I-12)", async () => {
    at.world.deploy(
      all(withIdentities("luca"), (bundle) =>
        edit(bundle.catalogue.people, "luca", (person) => {
          person.groups = ["privacy"];
        }),
      ),
    );
    await pendingGrant(at.world);
    expect(await waitingFor("luca")).toEqual([]);
    expect(await waitingFor("priya")).toHaveLength(1);
  });
  it("includes what I decide for somebody who is away, who then has nothing", async () => {
    at.world.deploy((bundle) => {
      bundle.catalogue.delegations = [
        { from: "priya", to: "samira", starts: "2026-11-21", ends: "2026-11-21" },
      ];
    });
    const id = await pendingGrant(at.world);
    expect([await waitingFor("samira"), await waitingFor("priya")]).toEqual([[id], []]);
    at.world.tick(24 * 3_600_000 - 60_000);
    expect([await waitingFor("samira"), await waitingFor("priya")]).toEqual([[], [id]]);
  });
  it("includes what has escalated to my group, from that time on", async () => {
    at.world.deploy(demand("personal-data-needs-privacy", { escalateTo: "security" }));
    const id = await pendingGrant(at.world);
    at.world.tick(18 * 3_600_000 - 1_000);
    expect(await waitingFor("samira")).toEqual([]);
    at.world.tick(2_000);
    expect([await waitingFor("samira"), await waitingFor("priya")]).toEqual([[id], [id]]);
  });
  it("is bounded", async () => {
    for (let count = 0; count < 30; count += 1) {
      if (count === 15) at.world.tick(3_600_000); // an agent's share of its approvers' mails is so many an hour
      await pendingGrant(at.world);
    }
    expect(await waitingFor("priya")).toHaveLength(25);
    expect(await waitingFor("priya", { limit: "100" })).toHaveLength(30);
  });
  it("is for people, by itself and for nobody else", async () => {
    const priya = at.world.person("priya");
    expect(await at.world.agent("support-assistant").waiting()).toMatchObject({
      status: 403,
      code: "not_your_role",
    });
    expect(await priya.list({ waiting: "tomas" })).toMatchObject({ status: 400, path: "waiting" });
    expect(await priya.waiting({ agent: "support-assistant" })).toMatchObject({
      status: 400,
      path: "waiting",
    });
    expect(await priya.waiting({ cursor: "abc" })).toMatchObject({ status: 400, path: "waiting" });
  });
});
