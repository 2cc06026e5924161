import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import type { Reply } from "../../fakes/api.ts";
import { routine } from "../../fakes/asks.ts";
import { timedOut } from "../../fakes/faults.ts";
import { movesTo, pendingGrant, routineGrant } from "../../fakes/scenes.ts";
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
