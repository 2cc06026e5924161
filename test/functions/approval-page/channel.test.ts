import { describe, expect, it } from "vitest";
import { lapsedRules } from "../../../functions/core/approval/eligible.ts";
import { approve, reject } from "../../../functions/core/grant/moves.ts";
import * as x from "../../core/grant/example.ts";
import { sensitive } from "../../fakes/asks.ts";
import { demand } from "../../fakes/policy.ts";
import { pendingGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const PII = "personal-data-needs-privacy";
const at = useWorld(demand(PII, { channel: "signed" }));

describe("a stage that only the signed API may decide", () => {
  it("is shown by the link, and decided by signature", async () => {
    const id = await pendingGrant(at.world);
    const page = await at.world.page(at.world.mail.to("priya").token);
    expect(page.status).toBe(200);
    expect(page.html).toContain("Answer a customer about claim 4711");
    const { digest } = at.world.grant(id);
    const reply = await at.world.person("priya").decide(id, { decision: "approve", stage: 1, digest });
    expect([reply.status, at.world.status(id)]).toEqual([200, "ACTIVE"]);
  });
  it.each(["approve", "reject"] as const)(
    "refuses to %s by link with the right code: 403, an event, and nothing changes (I-15)",
    async (decision) => {
      const id = await pendingGrant(at.world);
      const before = at.world.grant(id);
      const answer = await at.world.decide("priya", decision);
      expect(answer.status).toBe(403);
      expect(answer.html).toContain("signed API");
      expect(at.world.grant(id)).toEqual(before);
      expect(at.world.events("request.refused")).toMatchObject([
        { actor: { id: "priya" }, grant: id, facts: { code: "wrong_channel", path: "/approvals/{token}" } },
      ]);
    },
  );
  it("reads neither code nor form: there is nothing to guess", async () => {
    await pendingGrant(at.world);
    const { token } = at.world.mail.to("priya");
    for (const form of ["", "decision=approve&code=aaaa2222", "x".repeat(10_000)])
      expect((await at.world.submit(token, form)).status).toBe(403);
    const [link] = at.world.fake.items().filter(({ entity }) => entity === "link");
    expect(link).toMatchObject({ wrongCodes: 0 });
  });
  it("is refused by the move itself, whoever calls it", () => {
    const { grant } = x.pending([{ group: "privacy", quorum: 1, channel: "signed" }]);
    for (const move of [approve, reject]) {
      expect(() => move(grant, { person: "priya" }, x.moment())).toThrow("signed API only");
      expect(move(grant, { person: "priya", channel: "signed" }, x.moment()).event.event.facts).toMatchObject(
        {
          channel: "signed",
        },
      );
    }
  });
  it("goes on to be checked at activation: a yes by link does not stand there (I-18)", async () => {
    at.world.deploy();
    const id = await pendingGrant(at.world);
    await at.world.decide("priya", "approve");
    const { catalogue } = at.world.policy;
    const agent = catalogue.agents.find((each) => each.id === "support-assistant");
    if (!agent) throw new Error("no agent");
    const stages = at.world.grant(id).stages;
    expect(lapsedRules(catalogue, agent, stages)).toEqual([]);
    expect(
      lapsedRules(
        catalogue,
        agent,
        stages.map((stage) => ({ ...stage, channel: "signed" as const })),
      ),
    ).toEqual([PII]);
  });
});

describe("people without an IAM identity", () => {
  it("are not asked where only a signature counts, and a plan that needs them is refused (I-13)", async () => {
    await pendingGrant(at.world);
    expect(
      at.world.mail.inbox.map(({ to }) => to.split(".")[0]),
      "tomas has none",
    ).toEqual(["priya"]);
    at.world.deploy(demand(PII, { channel: "signed", quorum: 2 }));
    const agent = at.world.agent("support-assistant");
    expect(await agent.ask(sensitive)).toMatchObject({ status: 403, code: "policy_denied" });
  });
});
