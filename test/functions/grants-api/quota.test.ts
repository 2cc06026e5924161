import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { MAILS_PER_HOUR } from "../../../functions/aws/table/mails.ts";
import { routine, sensitive } from "../../fakes/asks.ts";
import { edit } from "../../fakes/policy.ts";
import { useWorld } from "../../fakes/use-world.ts";

const MOST = { openGrants: 3, asksPerMinute: 5 };
const at = useWorld((bundle) => {
  for (const id of ["finetune-pipeline", "support-assistant", "rag-indexer"])
    edit(bundle.catalogue.agents, id, (agent) => {
      agent.quota = { ...MOST };
    });
});
const grants = () => at.world.fake.items().filter(({ entity }) => entity === "grant");
const pipeline = () => at.world.agent("finetune-pipeline");

describe("quotas (I-45)", () => {
  it("refuse a grant more than an agent may have open, say when to come back, and write nothing", async () => {
    for (let count = 0; count < MOST.openGrants; count += 1) await pipeline().ask(routine);
    const before = at.world.fake.items();
    const reply = await pipeline().ask(routine);
    expect(reply).toMatchObject({
      status: 429,
      code: "quota_exceeded",
      body: { error: { details: { limit: "openGrants", most: 3, retryAfterSeconds: 60 } } },
    });
    const refused = ["event", "refusals"];
    expect(at.world.fake.items().filter(({ entity }) => !refused.includes(`${entity}`))).toEqual(
      before.filter(({ entity }) => !refused.includes(`${entity}`)),
    );
    expect(at.world.events("request.refused")).toMatchObject([{ facts: { code: "quota_exceeded" } }]);
  });

  it("cannot be passed by racing: of ten asks at once as many are opened as the quota has", async () => {
    const replies = await Promise.all(Array.from({ length: 5 }, () => pipeline().ask(routine)));
    const more = await Promise.all(Array.from({ length: 5 }, () => pipeline().ask(routine)));
    const statuses = [...replies, ...more].map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(MOST.openGrants);
    expect(statuses.filter((status) => status !== 201).every((status) => [429, 503].includes(status))).toBe(
      true,
    );
    expect(grants()).toHaveLength(MOST.openGrants);
  });

  it("count every ask of a minute, dry runs and plain noes too, until the next minute", async () => {
    const indexer = at.world.agent("rag-indexer");
    for (let count = 0; count < MOST.asksPerMinute; count += 1)
      await indexer.ask(count % 2 === 0 ? { ...routine, dryRun: true } : routine);
    for (const more of [routine, { ...routine, dryRun: true }]) {
      expect(await indexer.ask(more)).toMatchObject({
        status: 429,
        headers: { "retry-after": "60" },
        body: { error: { details: { limit: "asksPerMinute", most: 5, retryAfterSeconds: 60 } } },
      });
    }
    await at.world.advance(60_000);
    expect((await indexer.ask({ ...routine, dryRun: true })).status).toBe(200);
  });

  it("do not count repeats of an ask with the same key", async () => {
    const key = { "idempotency-key": "again" };
    const statuses = [];
    for (let count = 0; count < 8; count += 1) statuses.push((await pipeline().ask(routine, key)).status);
    expect(new Set(statuses)).toEqual(new Set([201]));
  });

  it("are each agent's own", async () => {
    for (let count = 0; count < MOST.openGrants; count += 1) await pipeline().ask(routine);
    expect((await pipeline().ask(routine)).status).toBe(429);
    expect((await at.world.agent("support-assistant").ask(sensitive)).status).toBe(201);
  });
});

describe("what an agent had before", () => {
  const contextOf = (body: unknown) => {
    const { id } = body as { id: string };
    return at.world.grant(id).decision.context;
  };

  it("is taken when it asks: first use, what is open, what it was given today, and the model (I-11)", async () => {
    const first = contextOf((await pipeline().ask({ ...routine, model: "m-1" })).body);
    expect(first).toMatchObject({
      ...{ firstUse: true, openGrants: 0, recentGrants: 0, recentWindowSeconds: 0, modelChanged: false },
    });
    const second = contextOf((await pipeline().ask({ ...routine, model: "m-2" })).body);
    expect(second).toMatchObject({
      ...{ firstUse: false, openGrants: 1, recentGrants: 1, recentWindowSeconds: 60, modelChanged: true },
    });
    const third = contextOf((await pipeline().ask({ ...routine, model: "m-2" })).body);
    expect(third).toMatchObject({ openGrants: 2, recentGrants: 2, modelChanged: false });
  });

  it("is counted for today and yesterday, and forgotten after", async () => {
    await pipeline().ask(routine);
    await at.world.advance(86_400_000);
    expect(contextOf((await pipeline().ask(routine)).body)).toMatchObject({ recentGrants: 1 });
    await at.world.advance(2 * 86_400_000);
    expect(contextOf((await pipeline().ask(routine)).body)).toMatchObject({
      ...{ recentGrants: 0, recentWindowSeconds: 0, firstUse: false },
    });
  });

  it("is of the resource: another one is used for the first time", async () => {
    await pipeline().ask(routine);
    const other = await pipeline().ask({ ...routine, resource: "training-manifests" });
    expect(contextOf(other.body)).toMatchObject({ firstUse: true, recentGrants: 0, openGrants: 1 });
  });
});

describe("a grant that is over", () => {
  it("is taken out of what is open by sweep within the hour, should the stream have lost it (I-45)", async () => {
    for (let count = 0; count < MOST.openGrants; count += 1) await pipeline().ask(routine);
    await at.world.advance(120_000);
    expect((await pipeline().ask(routine)).status).toBe(429);
    await at.world.advance(3_600_000);
    await at.world.sweep();
    expect((await pipeline().ask(routine)).status).toBe(201);
    expect(at.world.lines.filter(({ code }) => code === "sweep.repaired")).toHaveLength(1);
  });

  it("stays counted while it is open, however often sweep looks", async () => {
    const { id } = (await at.world.agent("support-assistant").ask(sensitive)).body as { id: string };
    await at.world.advance(3_700_000);
    await at.world.sweep();
    expect(at.world.fake.item(keys.quota("support-assistant"))?.open).toEqual(new Set([id]));
  });
});

describe("mails per approver and hour (I-45)", () => {
  const hour = "2026-11-21T09";
  const full = (person: string, mails: number) =>
    at.world.fake.plant({ ...keys.mails(person), entity: "mails", hour, mails });
  const mails = (person: string) => at.world.fake.item(keys.mails(person))?.mails;

  it("refuse an ask that would send one too many, say when to come back, and count nothing", async () => {
    full("tomas", MAILS_PER_HOUR);
    const reply = await at.world.agent("support-assistant").ask(sensitive);
    expect(reply).toMatchObject({
      status: 429,
      code: "quota_exceeded",
      body: { error: { details: { limit: "mailsPerHour", retryAfterSeconds: 1_800 } } },
    });
    expect([mails("priya"), mails("tomas"), grants()]).toEqual([undefined, MAILS_PER_HOUR, []]);
    await at.world.advance(1_800_000);
    expect((await at.world.agent("support-assistant").ask(sensitive)).status).toBe(201);
    expect([mails("priya"), mails("tomas")]).toEqual([1, 1]);
  });

  it("cannot be passed by racing: of three asks for the last place one is taken", async () => {
    full("priya", MAILS_PER_HOUR - 1);
    const asks = Array.from({ length: 3 }, () => at.world.agent("support-assistant").ask(sensitive));
    const statuses = (await Promise.all(asks)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(mails("priya")).toBe(MAILS_PER_HOUR);
  });

  it("are no matter of asks that nobody is mailed for", async () => {
    full("priya", MAILS_PER_HOUR);
    expect((await pipeline().ask(routine)).status).toBe(201);
  });
});
