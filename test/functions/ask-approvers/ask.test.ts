import { describe, expect, it } from "vitest";
import { timedOut } from "../../fakes/faults.ts";
import { demand, edit } from "../../fakes/policy.ts";
import { once, pendingGrant, twoStageGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const people = () => at.world.mail.inbox.map(({ to }) => to.split(".")[0]);
const stored = (id: string) => at.world.fake.item({ pk: `GRANT#${id}`, sk: "STAGE#1" });

describe("asking the approvers", () => {
  it("mails every member of the group, each their own link and code, and records whom", async () => {
    const id = await pendingGrant(at.world);
    expect(people()).toEqual(["priya", "tomas"]);
    const [one, two] = at.world.mail.inbox;
    expect(one?.token).not.toBe(two?.token);
    expect(one?.code).not.toBe(two?.code);
    expect(at.world.events("approval.asked")).toMatchObject([
      { grant: id, facts: { stage: 1, people: "priya,tomas" } },
    ]);
  });
  it("stores only hashes of link and code (I-15)", async () => {
    await pendingGrant(at.world);
    const links = at.world.fake.items().filter(({ entity }) => entity === "link");
    expect(links).toHaveLength(2);
    const text = JSON.stringify(links);
    for (const { token, code } of at.world.mail.inbox)
      expect([text.includes(token), text.includes(code)]).toEqual([false, false]);
  });
  it("stores the claim before it mails: what is in the mail works at once (I-46)", async () => {
    at.world.mail.before = () =>
      expect(at.world.fake.items().filter(({ entity }) => entity === "link")).toHaveLength(2);
    await pendingGrant(at.world);
  });
  it("never asks the agent's owner, in any spelling of the address (I-12)", async () => {
    at.world.deploy((bundle) => {
      edit(bundle.catalogue.people, "luca", (person) => {
        person.groups = ["ml-platform", "privacy"];
      });
      edit(bundle.catalogue.people, "tomas", (person) => {
        person.email = "Luca.Ferri+dpo@NORTHWIND.example";
      });
    });
    await pendingGrant(at.world);
    expect(people()).toEqual(["priya"]);
  });
  it("asks the second stage only after the first, and nobody twice (I-13)", async () => {
    at.world.deploy((bundle) =>
      edit(bundle.catalogue.people, "priya", (person) => {
        person.groups = ["privacy", "data-owners"];
      }),
    );
    await twoStageGrant(at.world);
    expect(people()).toEqual(["priya", "tomas"]);
    await at.world.decide("priya", "approve");
    expect(people().slice(2)).toEqual(["ingrid"]); // kwame owns the agent, priya has decided
  });
});

describe("asking when something goes wrong (I-22)", () => {
  it("keeps the grant PENDING when a mail fails, and asks again those who have none", async () => {
    let down = true;
    at.world.mail.before = ({ to }) => {
      if (down && to.startsWith("tomas")) throw timedOut("SES");
    };
    const id = await pendingGrant(at.world);
    const [first] = at.world.mail.inbox;
    expect([at.world.status(id), people()]).toEqual(["PENDING", ["priya"]]);
    down = false;
    await at.world.advance(10_000);
    expect(people()).toEqual(["priya", "tomas"]);
    expect(at.world.events("approval.asked")).toHaveLength(2);
    const answer = await at.world.submit(first?.token ?? "", {
      decision: "approve",
      code: first?.code ?? "",
    });
    expect(answer.status, "an earlier link stays good").toBe(200);
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it("does not flood the others while one address cannot be mailed, and stops trying it", async () => {
    at.world.mail.before = ({ to }) => {
      if (to.startsWith("tomas")) throw timedOut("SES");
    };
    const id = await pendingGrant(at.world);
    await at.world.advance(3_600_000);
    expect(people()).toEqual(["priya"]);
    expect(at.world.events("approval.asked").length).toBeLessThanOrEqual(6);
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("goes on asking until the deadline, and then expires (F-10, I-20)", async () => {
    at.world.mail.before = () => {
      throw timedOut("SES");
    };
    at.world.deploy(demand("personal-data-needs-privacy", { within: 3 * 3_600 }));
    const id = await pendingGrant(at.world);
    await at.world.advance(2.5 * 3_600_000);
    expect(at.world.status(id)).toBe("PENDING");
    await at.world.advance(0.5 * 3_600_000);
    await at.world.sweep();
    expect(at.world.status(id)).toBe("EXPIRED");
  });
  it("tells the workflow at once when the stage was decided before its token was stored", async () => {
    const id = await pendingGrant(at.world);
    const token = at.world.workflow.newToken();
    await at.world.decide("priya", "approve");
    const execution = at.world.workflow.executions.get(id);
    Object.assign(execution ?? {}, { token, at: "asked" });
    await at.world.workflow.settle();
    const { askApprovers } = await import("../../../functions/ask-approvers/ask.ts");
    const mails = at.world.mail.inbox.length;
    await askApprovers(at.world.deps(), { schema: 1, grantId: id, stage: 1, taskToken: token });
    expect(at.world.lines.at(-1)).toMatchObject({ code: "approval.not_needed" });
    expect(at.world.mail.inbox).toHaveLength(mails);
  });
  it.each(["before", "after"] as const)(
    "closed just %s the token is stored: mails nobody, and the workflow is told",
    async (when) => {
      const agent = at.world.agent("support-assistant");
      const isStage = (command: { input: object }) =>
        JSON.stringify(command.input).includes('"entity":"stage"');
      at.world.fake[when] = once(isStage, async () => {
        const { grants } = (await agent.list()).body as { grants: { id: string }[] };
        await agent.release(grants[0]?.id ?? "");
      });
      const id = await pendingGrant(at.world);
      expect([at.world.status(id), people()]).toEqual(["CANCELLED", []]);
      expect(at.world.workflow.executions.get(id)?.at).toBe("done");
    },
  );
  it("backs off, instead of going round, while the agent is gone from the catalogue", async () => {
    at.world.workflow.paused = true;
    const id = await pendingGrant(at.world);
    at.world.deploy((bundle) => {
      bundle.catalogue.agents = bundle.catalogue.agents.filter((agent) => agent.id !== "support-assistant");
    });
    at.world.workflow.paused = false;
    await at.world.advance(3_600_000);
    expect(at.world.runs["ask-approvers"]).toBeLessThan(100);
    expect([at.world.status(id), people()]).toEqual(["PENDING", []]);
  });
  it("keeps the task token in the stage's item and nowhere else, and the newest one", async () => {
    at.world.mail.before = once(
      () => true,
      () => {
        throw timedOut("SES");
      },
    ) as never;
    const id = await pendingGrant(at.world);
    const first = stored(id)?.taskToken;
    await at.world.advance(5_000);
    expect(stored(id)).toMatchObject({ sending: 2 });
    expect(stored(id)?.taskToken).not.toBe(first);
  });
});
