import { describe, expect, it } from "vitest";
import { readExtension } from "../../../functions/aws/table/extensions.ts";
import { keys } from "../../../functions/aws/table/keys.ts";
import type { GrantView } from "../../../functions/core/api/schemas.ts";
import { identityOf, type Reply } from "../../fakes/api.ts";
import { edit } from "../../fakes/policy.ts";
import { lockDown, once, orphanedAttempt, pendingGrant, routineGrant, stopped } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const LONG = { windowSeconds: 600 };
const owner = () => at.world.agent("finetune-pipeline");
const support = () => at.world.agent("support-assistant");
const idOf = (reply: Reply): string => (reply.body as { id: string }).id;
const view = async (id: string) => (await owner().get(id)).body as GrantView;
const refusals = () => at.world.events("request.refused").map(({ facts }) => [facts.path, facts.code]);

/** An active grant that people approved. */
async function approvedByPeople(): Promise<string> {
  const id = await pendingGrant(at.world);
  await at.world.decide("priya", "approve");
  return id;
}

describe("extending", () => {
  it("opens a new grant of the same, with a window of its own from its own claim (I-32)", async () => {
    const id = await routineGrant(at.world, { ...LONG, scope: { prefix: "2026/" }, task: "nightly" });
    await at.world.advance(300_000);
    const reply = await owner().extend(id, { windowSeconds: 900 });
    expect(reply.status).toBe(201);
    const extension = await view(idOf(reply));
    expect(extension).toMatchObject({
      status: "ACTIVE",
      agent: "finetune-pipeline",
      resource: "support-conversations",
      access: "read",
      scope: { prefix: "2026/" },
      task: "nightly",
      purpose: "Fine-tune the support model",
      extends: id,
      window: { seconds: 900, startsAt: "2026-11-21T09:35:00Z", endsAt: "2026-11-21T09:50:00Z" },
    });
    expect(await view(id)).toMatchObject({
      status: "ACTIVE",
      extendedBy: extension.id,
      window: { endsAt: "2026-11-21T09:40:00Z" },
    });
    expect(await readExtension(at.world.fake.table, id)).toBe(extension.id);
    const [, requested] = at.world.events("grant.requested");
    expect(requested.facts).toMatchObject({ extends: id });
  });
  it("overlaps: both work, and the old one ends at its own end (I-26, I-27)", async () => {
    const id = await routineGrant(at.world, LONG);
    const extension = idOf(await owner().extend(id, { windowSeconds: 900 }));
    const both = [await owner().collect(id), await owner().collect(extension)];
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(both[0]?.body).not.toEqual(both[1]?.body);
    await at.world.advance(600_000);
    expect([at.world.status(id), at.world.status(extension)]).toEqual(["ENDED", "ACTIVE"]);
    expect((await owner().collect(extension)).status).toBe(200);
  });
  it("is a decision of its own: where people decided the first, people decide the next (I-32)", async () => {
    const id = await approvedByPeople();
    const reply = await support().extend(id, { windowSeconds: 900, purpose: "The customer called again" });
    const extension = idOf(reply);
    expect(reply.body).toMatchObject({ status: "PENDING", purpose: "The customer called again" });
    expect((await support().collect(extension)).code).toBe("not_ready");
    const { token, text } = at.world.mail.to("priya");
    expect(text).toContain(`it goes on from grant ${id}`);
    expect((await at.world.page(token)).html).toContain(id);
    await at.world.decide("priya", "approve");
    expect([at.world.status(id), at.world.status(extension)]).toEqual(["ACTIVE", "ACTIVE"]);
  });
  it("takes its context anew: what the agent has open by now counts", async () => {
    const id = await routineGrant(at.world, LONG);
    const extension = idOf(await owner().extend(id, { windowSeconds: 900 }));
    const { context } = at.world.grant(extension).decision;
    expect(context).toMatchObject({ openGrants: 1, firstUse: false, windowSeconds: 900 });
    expect(at.world.grant(id).decision.context).toMatchObject({ openGrants: 0, firstUse: true });
  });
  it("may go on and on, each from the one before", async () => {
    const id = await routineGrant(at.world, LONG);
    const second = idOf(await owner().extend(id, LONG));
    await at.world.advance(500_000);
    const third = idOf(await owner().extend(second, LONG));
    expect(await view(second)).toMatchObject({ extends: id, extendedBy: third });
  });
  it("is one grant when it is sent again with its key; another body is a conflict (I-38)", async () => {
    const id = await routineGrant(at.world, LONG);
    const key = { "Idempotency-Key": "again" };
    const first = await owner().extend(id, { windowSeconds: 900 }, key);
    expect(idOf(await owner().extend(id, { windowSeconds: 900 }, key))).toBe(idOf(first));
    expect(await owner().extend(id, { windowSeconds: 901 }, key)).toMatchObject({
      status: 409,
      code: "idempotency_conflict",
    });
    // The same words as an ask, which extends nothing, are another request.
    const ask = { resource: "support-conversations", access: "read", windowSeconds: 900 };
    expect(await owner().ask({ ...ask, purpose: "Fine-tune the support model" }, key)).toMatchObject({
      code: "idempotency_conflict",
    });
    await at.world.advance(700_000);
    expect(idOf(await owner().extend(id, { windowSeconds: 900 }, key))).toBe(idOf(first));
  });
});

describe("extending at the end (A-23, I-32)", () => {
  it.each([
    ["a second before", -1_000, 201, undefined],
    ["a millisecond before", -1, 201, undefined],
    ["at the end", 0, 410, "grant_over"],
    ["a second after", 1_000, 410, "grant_over"],
  ])("%s", async (_, ms, status, code) => {
    const id = await routineGrant(at.world, LONG);
    at.world.workflow.paused = true;
    at.world.tick(Date.parse("2026-11-21T09:40:00Z") - at.world.now() + ms);
    expect(await owner().extend(id, { windowSeconds: 60 })).toMatchObject({ status, code });
    at.world.workflow.paused = false;
    await at.world.advance(5_000);
    expect(at.world.status(id)).toBe("ENDED");
    expect(at.world.grant(id)).toMatchObject({ endsAt: "2026-11-21T09:40:00Z" });
  });
  it("that comes between the look and the write: nothing is opened", async () => {
    const id = await routineGrant(at.world, LONG);
    await at.world.advance(599_000);
    at.world.fake.before = once(
      (command) => JSON.stringify(command.input).includes('"extension"'),
      async () => {
        at.world.tick(1_000);
        await at.world.end(id);
      },
    );
    expect(await owner().extend(id, { windowSeconds: 60 })).toMatchObject({ status: 410 });
    expect(at.world.fake.items().filter(({ entity }) => entity === "grant")).toHaveLength(1);
  });
  it("of what was stopped between the look and the write: nothing is opened", async () => {
    const id = await routineGrant(at.world, LONG);
    at.world.fake.before = once(
      (command) => JSON.stringify(command.input).includes('"extension"'),
      () => stopped(at.world, id),
    );
    expect(await owner().extend(id, { windowSeconds: 60 })).toMatchObject({ status: 410 });
    expect(at.world.fake.item(keys.extension(id))).toBeUndefined();
  });
});

describe("a second extension", () => {
  it("is refused with the first one's id while that is open", async () => {
    const id = await approvedByPeople();
    const first = idOf(await support().extend(id, { windowSeconds: 900 }));
    const again = await support().extend(id, { windowSeconds: 900 });
    expect(again).toMatchObject({ status: 409, code: "already_extended" });
    expect(again.body).toMatchObject({ error: { details: { extendedBy: first } } });
  });
  it("is refused also after the first was given and is over", async () => {
    const id = await routineGrant(at.world, LONG);
    const first = idOf(await owner().extend(id, { windowSeconds: 60 }));
    await at.world.advance(61_000);
    expect(at.world.status(first)).toBe("ENDED");
    expect((await owner().extend(id, { windowSeconds: 60 })).code).toBe("already_extended");
  });
  it("takes the place of one that people rejected", async () => {
    const id = await approvedByPeople();
    const first = idOf(await support().extend(id, { windowSeconds: 900 }));
    await at.world.decide("priya", "reject");
    const second = idOf(await support().extend(id, { windowSeconds: 900 }));
    expect([at.world.status(first), at.world.status(second)]).toEqual(["REJECTED", "PENDING"]);
    expect(await readExtension(at.world.fake.table, id)).toBe(second);
  });
  it("takes no place where policy said no at once", async () => {
    const id = await routineGrant(at.world, LONG);
    at.world.deploy((bundle) => {
      bundle.rules = bundle.rules.filter((rule) => rule.id !== "read-at-home");
    });
    expect((await owner().extend(id, { windowSeconds: 600 })).code).toBe("policy_denied");
    expect(await readExtension(at.world.fake.table, id)).toBeUndefined();
    at.world.deploy();
    expect((await owner().extend(id, { windowSeconds: 600 })).status).toBe(201);
  });
  it("asked for at the same instant: one is opened, the other is told of it", async () => {
    const id = await routineGrant(at.world, LONG);
    let first: Reply | undefined;
    at.world.fake.before = once(
      (command) => JSON.stringify(command.input).includes('"extension"'),
      async () => {
        first = await owner().extend(id, { windowSeconds: 60 });
      },
    );
    const second = await owner().extend(id, { windowSeconds: 60 });
    expect(first?.status).toBe(201);
    expect(second).toMatchObject({ status: 409, code: "already_extended" });
    expect(second.text).toContain(idOf(first as Reply));
  });
});

describe("extending is refused", () => {
  it("beyond the resource's longest window, and beyond what the rule allows (I-04, I-32)", async () => {
    const id = await routineGrant(at.world, LONG);
    expect(await owner().extend(id, { windowSeconds: 3_601 })).toMatchObject({
      status: 400,
      path: "windowSeconds",
    });
    at.world.deploy((bundle) =>
      edit(bundle.rules, "read-internal-for-longer", (rule) => {
        rule.maxWindowSeconds = 1_900;
      }),
    );
    expect(await owner().extend(id, { windowSeconds: 2_000 })).toMatchObject({
      status: 403,
      code: "policy_denied",
    });
  });
  it.each([
    ["scope", { scope: { prefix: "2025/" } }],
    ["resource", { resource: "claims" }],
    ["access", { access: "write" }],
    ["startsAt", { startsAt: "2026-11-21T12:00:00Z" }],
    ["breakGlass", { breakGlass: true }],
    ["endsAt", { endsAt: "2026-11-21T12:00:00Z" }],
  ])("with a %s of its own (I-21)", async (path, more) => {
    const id = await routineGrant(at.world, LONG);
    expect(await owner().extend(id, { windowSeconds: 60, ...more })).toMatchObject({ status: 400, path });
  });
  it("without a window", async () => {
    const id = await routineGrant(at.world, LONG);
    expect(await owner().extend(id, {})).toMatchObject({ status: 400, path: "windowSeconds" });
  });
  it("of another agent's grant, of none, and to people, with one answer each and an event (I-10)", async () => {
    const id = await routineGrant(at.world, LONG);
    const other = await at.world.agent("rag-indexer").extend(id, { windowSeconds: 60 });
    const none = await at.world.agent("rag-indexer").extend("aaaaaaaaaaaaaaaa", { windowSeconds: 60 });
    expect(other).toMatchObject({ status: 404, code: "not_found" });
    expect(none.text).toBe(other.text);
    expect((await at.world.person("samira").extend(id, { windowSeconds: 60 })).code).toBe("not_your_role");
    expect(refusals()).toEqual([
      ["POST /grants/{id}/extend", "not_found"],
      ["POST /grants/{id}/extend", "not_your_role"],
    ]);
  });
  it("to another principal of the same agent, and to one made anew under its name (I-10)", async () => {
    const second = "arn:aws:iam::123456789012:user/second-key";
    at.world.deploy((bundle) =>
      edit(bundle.catalogue.agents, "finetune-pipeline", (agent) => {
        agent.principals.push(second);
      }),
    );
    const id = await routineGrant(at.world, LONG);
    const other = at.world.as(identityOf(second, "AIDASECOND"));
    expect((await other.extend(id, { windowSeconds: 60 })).status).toBe(404);
    const anew = at.world.agent("finetune-pipeline", "AIDAMADEANEW");
    expect((await anew.extend(id, { windowSeconds: 60 })).code).toBe("forbidden");
  });
  it("to a session of the grant itself: it is nobody here, and may not even call (A-26, I-36)", async () => {
    const id = await routineGrant(at.world, LONG);
    const [issued] = at.world.sts.issued;
    const session = at.world.as(identityOf(issued?.roleArn ?? "", "AROAACCESS", issued?.sessionName));
    for (const reply of [
      await session.extend(id, { windowSeconds: 60 }),
      await session.collect(id),
      await session.ask({
        resource: "support-conversations",
        access: "read",
        windowSeconds: 60,
        purpose: "x",
      }),
    ])
      expect(reply).toMatchObject({ status: 403, code: "forbidden" });
    const { Statement } = JSON.parse(issued?.policy ?? "{}") as { Statement: { NotAction?: string[] }[] };
    const [only] = Statement.flatMap(({ NotAction }) => (NotAction ? [NotAction] : []));
    expect(only?.length).toBeGreaterThan(0);
    expect(only?.filter((action) => /^(execute-api|sts|iam|kms|lambda|states):/.test(action))).toEqual([]);
  });
  it("before the grant is active, and after it was stopped, with an event", async () => {
    const pending = await pendingGrant(at.world);
    expect(await support().extend(pending, { windowSeconds: 60 })).toMatchObject({
      status: 409,
      code: "wrong_state",
    });
    const activating = await orphanedAttempt(at.world, LONG);
    expect((await owner().extend(activating, { windowSeconds: 60 })).code).toBe("wrong_state");
    at.world.workflow.paused = false;
    const id = await routineGrant(at.world, LONG);
    await stopped(at.world, id);
    const reply = await owner().extend(id, { windowSeconds: 60 });
    expect(reply).toMatchObject({ status: 410, code: "grant_over" });
    expect(reply.body).toMatchObject({ error: { details: { status: "REVOKING", reason: "revoked" } } });
    expect(refusals().map(([, code]) => code)).toEqual(["wrong_state", "wrong_state", "grant_over"]);
  });
  it("under a lockdown, with its id", async () => {
    const id = await routineGrant(at.world, LONG);
    await lockDown(at.world, { type: "resource", id: "support-conversations" });
    expect(await owner().extend(id, { windowSeconds: 60 })).toMatchObject({
      status: 403,
      code: "locked_down",
    });
    expect(at.world.fake.item(keys.extension(id))).toBeUndefined();
  });
  it("above the quota of open grants (I-45)", async () => {
    at.world.deploy((bundle) =>
      edit(bundle.catalogue.agents, "finetune-pipeline", (agent) => {
        agent.quota = { openGrants: 1 };
      }),
    );
    const id = await routineGrant(at.world, LONG);
    expect(await owner().extend(id, { windowSeconds: 60 })).toMatchObject({ status: 429 });
    expect(at.world.fake.item(keys.extension(id))).toBeUndefined();
  });
});

describe("an extension whose base is stopped before it is minted", () => {
  const waiting = async () => {
    const id = await approvedByPeople();
    const extension = idOf(await support().extend(id, { windowSeconds: 900 }));
    return { id, extension };
  };
  it("is DENIED at its claim, whoever approves it (I-17)", async () => {
    const { id, extension } = await waiting();
    await stopped(at.world, id);
    const { length } = at.world.sts.issued;
    await at.world.decide("priya", "approve");
    expect(at.world.grant(extension)).toMatchObject({ status: "DENIED", closing: { code: "base_revoked" } });
    expect(at.world.sts.issued).toHaveLength(length);
  });
  it("is minted when its agent released the old one by itself, and when that just ended", async () => {
    const { id, extension } = await waiting();
    await support().release(id);
    await at.world.decide("priya", "approve");
    expect(at.world.status(extension)).toBe("ACTIVE");
    const next = idOf(await support().extend(extension, { windowSeconds: 900 }));
    await at.world.advance(901_000);
    expect(at.world.status(extension)).toBe("ENDED");
    await at.world.decide("priya", "approve");
    expect(at.world.status(next)).toBe("ACTIVE");
  });
  it("stopped after the claim and before AssumeRole: seen there too (I-71)", async () => {
    const { id, extension } = await waiting();
    at.world.fake.after = once(
      (command) => JSON.stringify(command.input).includes('"ACTIVATING"'),
      () => stopped(at.world, id),
    );
    const { length } = at.world.sts.issued;
    await at.world.decide("priya", "approve");
    expect(at.world.grant(extension)).toMatchObject({ closing: { code: "base_revoked" } });
    expect(at.world.sts.issued).toHaveLength(length);
  });
});
