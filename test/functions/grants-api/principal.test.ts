import { describe, expect, it } from "vitest";
import { identityOf } from "../../fakes/api.ts";
import { routine, sensitive } from "../../fakes/asks.ts";
import { edit } from "../../fakes/policy.ts";
import { movesTo, once } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const nothingGranted = () =>
  expect(at.world.fake.items().filter(({ entity }) => entity === "grant")).toEqual([]);

describe("who asks (I-07, I-10)", () => {
  it("pins the unique id of an ARN with the first ask, with an event, once", async () => {
    const agent = at.world.agent("support-assistant");
    await agent.ask(sensitive);
    await agent.ask({ ...sensitive, windowSeconds: 60 });
    expect(at.world.events("agent.pinned")).toMatchObject([{ facts: { agent: "support-assistant" } }]);
  });
  it("takes another id under the same name for a stranger, for every call", async () => {
    const mine = await at.world.agent("support-assistant").ask(sensitive);
    const { id } = mine.body as { id: string };
    const stranger = at.world.agent("support-assistant", "AIDAMADEANEW");
    for (const call of [
      stranger.ask(sensitive),
      stranger.get(id),
      stranger.collect(id),
      stranger.release(id),
      stranger.list(),
    ])
      expect(await call).toMatchObject({ status: 403, code: "forbidden" });
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("lets only one of two ids through that ask under one name at the same moment", async () => {
    const second = at.world.agent("support-assistant", "AIDASECOND");
    at.world.fake.before = once(movesTo("PENDING"), () =>
      at.world.agent("support-assistant", "AIDAFIRST").ask(sensitive),
    );
    expect(await second.ask({ ...sensitive, windowSeconds: 60 })).toMatchObject({
      status: 403,
      code: "forbidden",
    });
    expect(at.world.fake.items().filter(({ entity }) => entity === "grant")).toHaveLength(1);
  });
  it("lets both of two first asks of one agent through, pinned once", async () => {
    const agent = at.world.agent("support-assistant");
    at.world.fake.before = once(movesTo("PENDING"), () => agent.ask(sensitive));
    expect(await agent.ask({ ...sensitive, windowSeconds: 60 })).toMatchObject({ status: 201 });
    expect(at.world.events("agent.pinned")).toHaveLength(1);
  });
  it("answers every unknown caller alike, with one event", async () => {
    const user = "arn:aws:iam::123456789012:user/";
    const strangers = [
      identityOf(`${user}nobody`, "AIDANOBODY"),
      identityOf("arn:aws:iam::999999999999:user/latchkey-example-support-assistant", "AIDAOTHERACCOUNT"),
      identityOf("arn:aws:iam::123456789012:role/latchkey-example-support-assistant", "AROAX", "s"),
    ];
    const texts: string[] = [];
    for (const identity of strangers) {
      const reply = await at.world.as(identity).ask(sensitive);
      expect(reply).toMatchObject({ status: 403, code: "forbidden" });
      texts.push(reply.text);
    }
    expect(new Set(texts).size).toBe(1);
    expect(at.world.events("request.refused")).toHaveLength(3);
    nothingGranted();
  });
  it("answers a caller that API Gateway did not verify with the same 403", async () => {
    expect(await at.world.as(undefined).ask(sensitive)).toMatchObject({ status: 403, code: "forbidden" });
    const root = {
      accountId: "123456789012",
      caller: "123456789012",
      user: "x",
      userArn: "arn:aws:iam::123456789012:root",
    };
    expect(await at.world.as(root).ask(sensitive)).toMatchObject({ status: 403, code: "forbidden" });
    expect(at.world.events("request.refused"), "and it is on record (I-59)").toMatchObject([
      { actor: { type: "unknown", arn: root.userArn }, facts: { code: "forbidden" } },
    ]);
  });
  it("does not let a person ask", async () => {
    expect(await at.world.person("priya").ask(sensitive)).toMatchObject({
      status: 403,
      code: "not_your_role",
    });
    nothingGranted();
  });
  it("takes nothing about identity from headers or body (A-16, I-07, I-21)", async () => {
    const spoofed = {
      "X-Amzn-Iam-User-Arn": "arn:aws:iam::123456789012:user/latchkey-example-finetune-pipeline",
      "X-Forwarded-User": "finetune-pipeline",
      "x-amz-security-token": "finetune-pipeline",
    };
    const crossing = await at.world.agent("support-assistant").ask(routine, spoofed);
    expect(crossing).toMatchObject({ status: 403, code: "policy_denied" });
    for (const field of ["agent", "principal", "requestContext", "identity", "onBehalfOfAgent"]) {
      const reply = await at.world
        .agent("support-assistant")
        .ask({ ...sensitive, [field]: "finetune-pipeline" });
      expect(reply).toMatchObject({ status: 400, code: "invalid_request", path: field });
    }
  });
  it("knows a role by its ARN and records its session name without comparing it", async () => {
    at.world.deploy((bundle) =>
      edit(bundle.catalogue.agents, "release-job", (agent) => {
        agent.principals = ["arn:aws:iam::{account}:role/ci/release"];
      }),
    );
    const as = (session: string) =>
      at.world.as(identityOf("arn:aws:iam::123456789012:role/release", "AROARELEASE", session));
    const body = { resource: "model-artifacts", access: "read", windowSeconds: 60, purpose: "Release" };
    const reply = await as("run-1").ask(body);
    const { id } = reply.body as { id: string };
    expect(at.world.grant(id).agent).toMatchObject({ sessionName: "run-1", uniqueId: "AROARELEASE" });
    expect(await as("run-2").collect(id)).toMatchObject({ status: 200 });
  });
});
