import { describe, expect, it } from "vitest";
import type { Reply } from "../../fakes/api.ts";
import { routine, sensitive } from "../../fakes/asks.ts";
import { pendingGrant, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const agent = () => at.world.agent("finetune-pipeline");
const LONG = { windowSeconds: 600 };
const once = { "Idempotency-Key": "captured" };

/** A call that somebody captured, and what it needs to be there: SigV4 is good for minutes, whoever sends it. */
const captured: Record<string, () => Promise<() => Promise<Reply>>> = {
  "an ask, with the key that every client of Latchkey sends": async () => () => agent().ask(routine, once),
  "an extension": async () => {
    const id = await routineGrant(at.world, LONG);
    return () => agent().extend(id, LONG);
  },
  "a release": async () => {
    const id = await routineGrant(at.world, LONG);
    return () => agent().release(id);
  },
  "a decision": async () => {
    const id = await pendingGrant(at.world);
    const word = { decision: "approve", stage: 1, digest: at.world.grant(id).digest };
    return () => at.world.person("priya").decide(id, word);
  },
  "a revoke": async () => {
    const id = await routineGrant(at.world, LONG);
    return () => at.world.person("samira").revoke(id);
  },
  "a lockdown": async () => () => at.world.person("samira").lockDown({ type: "agent", id: "rag-indexer" }),
};

describe("a signed call that is captured and sent again as it was", () => {
  it.each(Object.keys(captured))("%s, has no effect but its first (A-18, I-38)", async (name) => {
    const send = await captured[name]?.();
    const first = await send?.();
    expect([200, 201]).toContain(first?.status);
    await at.world.revokeAll();
    const grants = at.world.fake.items().filter(({ entity }) => entity === "grant").length;
    const [issued, mails] = [at.world.sts.issued.length, at.world.mail.inbox.length];
    const moves = () => at.world.fake.events.filter(({ body }) => JSON.parse(body).sequence !== undefined);
    const before = moves().length;
    for (let again = 0; again < 3; again += 1) await send?.();
    await at.world.advance(1_000);
    expect(at.world.fake.items().filter(({ entity }) => entity === "grant")).toHaveLength(grants);
    expect([at.world.sts.issued.length, at.world.mail.inbox.length]).toEqual([issued, mails]);
    expect(moves()).toHaveLength(before);
  });
});

describe("the broker's own", () => {
  it.each([
    "latchkey",
    "arn:aws:dynamodb:eu-central-1:123456789012:table/latchkey",
    "arn:aws:iam::123456789012:role/latchkey-mint-credentials",
    "arn:aws:s3:::latchkey-audit-123456789012",
    "claims/../latchkey",
    "Claims",
  ])("is no resource that could be asked for, by name or ARN: %j (A-19)", async (resource) => {
    const reply = await at.world.agent("support-assistant").ask({ ...sensitive, resource });
    expect(reply).toMatchObject({ status: 400, path: "resource" });
    expect(at.world.sts.requests).toBe(0);
  });
});
