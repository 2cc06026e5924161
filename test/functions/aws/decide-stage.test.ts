import { describe, expect, it } from "vitest";
import { decideStage, type StageDeps } from "../../../functions/aws/decide-stage.ts";
import { keys } from "../../../functions/aws/table/keys.ts";
import { readStanding } from "../../../functions/aws/table/standing.ts";
import { subjectOf } from "../../../functions/core/catalogue.ts";
import { timedOut } from "../../fakes/faults.ts";
import { demand, edit } from "../../fakes/policy.ts";
import { movesTo, once, pendingGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const CLAIMS = { type: "resource", id: "claims" };

/** Says a word on a waiting grant, as the handlers of link and signed call do when they have found that the person may. */
function say(who: string, id: string, decision: "approve" | "reject" = "approve") {
  const deps: StageDeps = at.world.deps();
  const grant = at.world.grant(id);
  const { catalogue } = deps;
  const person = catalogue.people.find((each) => each.id === who);
  const agent = catalogue.agents.find((each) => each.id === grant.agent.id);
  const resource = subjectOf(catalogue, grant.resource.id);
  if (grant.status !== "PENDING" || !person || !agent || !resource) throw new Error("not to be decided");
  return decideStage(deps, { grant, person, agent, resource }, { decision, by: { type: "person", id: who } });
}
const told = () => at.world.lines.filter(({ code }) => code === "workflow.told").length;
const standing = async (agent: string, resource: string) =>
  (await readStanding(at.world.fake.table, { agent, resource, now: at.world.now() })).standing;

describe("a word on a stage under a lockdown (I-71)", () => {
  it("is not taken when it is a yes: the grant waits on as it was, and the lockdown is named", async () => {
    const id = await pendingGrant(at.world);
    const before = at.world.grant(id);
    await at.world.person("samira").lockDown(CLAIMS);
    expect(await say("priya", id)).toMatchObject({
      is: "locked_down",
      grant: { id },
      lockdown: { target: CLAIMS },
    });
    expect(at.world.grant(id)).toEqual(before);
  });
  it("is taken when it is a no", async () => {
    const id = await pendingGrant(at.world);
    await at.world.person("samira").lockDown(CLAIMS);
    expect(await say("priya", id, "reject")).toMatchObject({ is: "decided", grant: { status: "REJECTED" } });
  });
});

describe("what was approved before counts in what is asked next", () => {
  const PII = "personal-data-needs-privacy";
  const claims = () => standing("support-assistant", "claims");

  it("once the last stage has its quorum, and no sooner", async () => {
    at.world.deploy(demand(PII, { quorum: 2 }));
    const id = await pendingGrant(at.world);
    await say("priya", id);
    expect(await claims()).toMatchObject({ firstUse: true, recentGrants: 0 });
    await say("tomas", id);
    expect(at.world.status(id)).toBe("APPROVED");
    expect(await claims()).toMatchObject({
      firstUse: false,
      recentGrants: 1,
      recentWindowSeconds: at.world.grant(id).windowSeconds,
    });
  });
  it("and not when somebody said no", async () => {
    await say("priya", await pendingGrant(at.world), "reject");
    expect(await claims()).toMatchObject({ firstUse: true, recentGrants: 0 });
  });
});

describe("the workflow that waits", () => {
  it("is told when a stage closes, not of each word on it", async () => {
    at.world.deploy(demand("personal-data-needs-privacy", { quorum: 2 }));
    const id = await pendingGrant(at.world);
    await say("priya", id);
    expect(told()).toBe(0);
    await say("tomas", id);
    expect(told()).toBe(1);
  });
  it("that cannot be told is logged by its grant: sweep goes by the table", async () => {
    const id = await pendingGrant(at.world);
    at.world.workflow.beforeTell = () => {
      throw timedOut("Step Functions");
    };
    expect(await say("priya", id)).toMatchObject({ is: "decided", grant: { status: "APPROVED" } });
    expect(at.world.lines.find(({ code }) => code === "workflow.not_told")?.fields).toMatchObject({
      grantId: id,
    });
  });
});

describe("a yes to a later stage", () => {
  it("ends the grant when an earlier yes stands no more: who gave it has left the group (I-18)", async () => {
    const id = await twoStageGrant(at.world);
    await say("priya", id);
    expect(at.world.grant(id).stages.map(({ status }) => status)).toEqual(["approved", "open"]);
    at.world.deploy((bundle) =>
      edit(bundle.catalogue.people, "priya", (person) => {
        person.groups = [];
      }),
    );
    const answer = await say("ingrid", id);
    expect(answer).toMatchObject({ is: "decided", grant: { status: "DENIED" } });
    expect(answer.grant).toMatchObject({
      closing: { code: "policy_changed", detail: expect.stringMatching(/^rules not met: ./) },
    });
  });
});

describe("a word that meets another (I-14)", () => {
  it("is told what became of the grant", async () => {
    const id = await pendingGrant(at.world);
    at.world.fake.before = once(movesTo("APPROVED"), () => say("tomas", id, "reject"));
    expect(await say("priya", id)).toMatchObject({ is: "overtaken", grant: { status: "REJECTED" } });
  });
  it("is a fault when the grant is gone from the table: nobody is told that it was decided", async () => {
    const id = await pendingGrant(at.world);
    at.world.fake.before = once(movesTo("APPROVED"), () => at.world.fake.drop(keys.grant(id)));
    await expect(say("priya", id)).rejects.toThrow(id);
  });
});
