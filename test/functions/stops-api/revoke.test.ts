import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { timedOut } from "../../fakes/faults.ts";
import { withIdentities } from "../../fakes/policy.ts";
import {
  approvedGrant,
  movesTo,
  once,
  orphanedAttempt,
  pendingGrant,
  routineGrant,
} from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const samira = () => at.world.person("samira");
const LONG = { windowSeconds: 600 };

describe("revoking", () => {
  it("ends an active grant: denied at once, nothing left to collect, author and reason in its event", async () => {
    const id = await routineGrant(at.world, LONG);
    const reply = await samira().revoke(id, "its keys were pasted into a chat");
    expect(reply).toMatchObject({
      status: 200,
      body: { status: "REVOKING", closing: { code: "revoked", by: "samira" } },
    });
    expect((await at.world.agent("finetune-pipeline").collect(id)).code).toBe("grant_over");
    await at.world.revokeAll();
    expect(at.world.iam.denies("latchkey-access-training-data", id)).toBe(true);
    expect(at.world.events("grant.revoking")).toMatchObject([
      {
        actor: { type: "person", id: "samira" },
        grant: id,
        facts: { code: "revoked", reason: "its keys were pasted into a chat" },
      },
    ]);
  });
  it("cancels what waits for people, and its workflow ends; no deny is needed", async () => {
    const id = await pendingGrant(at.world);
    expect((await at.world.person("priya").revoke(id)).body).toMatchObject({
      status: "CANCELLED",
      closing: { code: "revoked", by: "priya" },
    });
    expect(at.world.workflow.executions.get(id)?.at).toBe("done");
    expect(at.world.queue.messages).toEqual([]);
  });
  it("cancels what is approved and not minted; the mint then writes nothing (I-17)", async () => {
    const id = await approvedGrant(at.world);
    expect((await samira().revoke(id)).body).toMatchObject({ status: "CANCELLED" });
    expect(await at.world.mint(id)).toMatchObject({ next: "over" });
    expect(at.world.sts.requests).toBe(0);
  });
  it("denies what may have been minted: claimed by a run that died (I-01)", async () => {
    const id = await orphanedAttempt(at.world, LONG);
    expect((await samira().revoke(id)).body).toMatchObject({ status: "REVOKING" });
    await at.world.revokeAll();
    expect(at.world.iam.denies("latchkey-access-training-data", id)).toBe(true);
  });
  it("is fine to repeat, by whomever, also once it was released, and changes nothing then (I-31)", async () => {
    const id = await routineGrant(at.world, LONG);
    await at.world.agent("finetune-pipeline").release(id);
    const { version } = at.world.grant(id);
    for (const person of ["samira", "noor", "maya"])
      expect((await at.world.person(person).revoke(id)).body).toMatchObject({ status: "REVOKING" });
    await at.world.revokeAll();
    expect((await samira().revoke(id)).status).toBe(200);
    expect(at.world.history(id).filter((type) => type === "grant.revoking")).toHaveLength(1);
    expect(at.world.grant(id).version).toBeLessThanOrEqual(version + 1);
  });
  it("of what has ended by itself is refused with its state, and an event", async () => {
    const id = await routineGrant(at.world);
    await at.world.advance(61_000);
    expect(await samira().revoke(id)).toMatchObject({
      status: 409,
      code: "wrong_state",
      body: { error: { details: { status: "ENDED" } } },
    });
    expect(at.world.events("request.refused")).toMatchObject([
      { facts: { code: "wrong_state", path: "POST /grants/{id}/revoke" } },
    ]);
  });
});

describe("who may revoke", () => {
  it.each([
    ["an approver of it", "priya"],
    ["the owners of the resource", "ingrid"],
    ["security", "noor"],
  ])("%s (%s)", async (_, person) => {
    const id = await pendingGrant(at.world);
    expect((await at.world.person(person).revoke(id)).body).toMatchObject({ status: "CANCELLED" });
  });
  it.each([
    ["compliance, who may look at everything", "colin"],
    ["the agent's owner, who is none of these", "luca"],
  ])("not %s", async (_, person) => {
    at.world.deploy(withIdentities("luca"));
    const id = await pendingGrant(at.world);
    expect(await at.world.person(person).revoke(id)).toMatchObject({ status: 403, code: "not_your_role" });
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("a delegate of an approver, while that one is away", async () => {
    at.world.deploy((bundle) => {
      bundle.catalogue.delegations = [
        { from: "priya", to: "maya", starts: "2026-11-21", ends: "2026-11-22" },
      ];
    });
    const id = await pendingGrant(at.world);
    expect((await at.world.person("maya").revoke(id)).status).toBe(200);
  });
  it("nobody of a foreign or unknown grant: one uniform answer, and no effect (A-24, I-31)", async () => {
    const id = await pendingGrant(at.world);
    const maya = at.world.person("maya");
    const foreign = await maya.revoke(id);
    expect(foreign).toMatchObject({ status: 404, code: "not_found" });
    for (const other of ["aaaaaaaaaaaaaaaa", "no-id", `${id}x`, "..%2f"])
      expect((await maya.revoke(other)).text).toBe(foreign.text);
    expect((await samira().revoke("aaaaaaaaaaaaaaaa")).text).toBe(foreign.text);
    expect(at.world.status(id)).toBe("PENDING");
  });
  it("no agent, not even its own grant's, and no stranger (I-07)", async () => {
    const id = await routineGrant(at.world, LONG);
    expect(await at.world.agent("finetune-pipeline").revoke(id)).toMatchObject({
      status: 403,
      code: "not_your_role",
    });
    expect(await at.world.agent("rag-indexer").revoke(id)).toMatchObject({ status: 403 });
    const stranger = { ...identity, userArn: "arn:aws:iam::123456789012:user/samira" };
    expect(await at.world.as(stranger).revoke(id)).toMatchObject({ status: 403, code: "forbidden" });
    expect(at.world.status(id)).toBe("ACTIVE");
  });
  it.each([[undefined], [""], [" \u200b "], ["x".repeat(301)], [7], [{ a: 1 }]])(
    "nobody without a reason that says something: %j",
    async (reason) => {
      const id = await routineGrant(at.world, LONG);
      const body = reason === undefined ? {} : { reason };
      expect(await samira().call("POST", `/grants/${id}/revoke`, { body })).toMatchObject({
        status: 400,
        path: "reason",
      });
      expect(at.world.status(id)).toBe("ACTIVE");
    },
  );
  it("nobody with more fields than that (I-21)", async () => {
    const id = await routineGrant(at.world, LONG);
    const body = { reason: "x", status: "ACTIVE" };
    expect((await samira().call("POST", `/grants/${id}/revoke`, { body })).path).toBe("status");
  });
});

const identity = { accountId: "123456789012", caller: "AIDASTRANGER", user: "AIDASTRANGER" };

describe("one of several grants", () => {
  it("ends alone: another of the same agent, and another agent's on the same role, go on (I-26, I-27)", async () => {
    const own = await routineGrant(at.world, LONG);
    const overlapping = await routineGrant(at.world, LONG);
    await samira().revoke(own);
    await at.world.revokeAll();
    expect(at.world.status(overlapping)).toBe("ACTIVE");
    expect(at.world.iam.denies("latchkey-access-training-data", own)).toBe(true);
    expect(at.world.iam.denies("latchkey-access-training-data", overlapping)).toBe(false);
    expect((await at.world.agent("finetune-pipeline").collect(overlapping)).status).toBe(200);
    await at.world.advance(601_000);
    expect(at.world.status(overlapping)).toBe("ENDED");
  });
});

describe("a grant that others go on from", () => {
  const point = (from: string, to: string) =>
    at.world.fake.table.client.send(
      new PutCommand({
        TableName: at.world.fake.table.name,
        Item: { ...keys.extension(from), entity: "extension", extendedBy: to },
      }),
    );
  it("takes them with it, whatever their states, the last one first", async () => {
    const [first, second] = [await routineGrant(at.world, LONG), await routineGrant(at.world, LONG)];
    const third = await approvedGrant(at.world, LONG);
    await point(first, second);
    await point(second, third);
    const seen: string[] = [];
    at.world.fake.before = (command) => {
      for (const [id, name] of [
        [first, "first"],
        [second, "second"],
        [third, "third"],
      ] as const)
        if (
          movesTo(id === third ? "CANCELLED" : "REVOKING")(command) &&
          JSON.stringify(command.input).includes(`"id":"${id}"`)
        )
          seen.push(name);
    };
    expect((await samira().revoke(first, "enough")).body).toMatchObject({ id: first, status: "REVOKING" });
    expect([first, second, third].map(at.world.status)).toEqual(["REVOKING", "REVOKING", "CANCELLED"]);
    expect(seen).toEqual(["third", "second", "first"]);
    for (const id of [first, second, third])
      expect(at.world.grant(id)).toMatchObject({
        closing: { code: "revoked", by: "samira", detail: "enough" },
      });
  });
  it("takes with it one that was asked for while it was being revoked", async () => {
    const [first, late] = [await routineGrant(at.world, LONG), await routineGrant(at.world, LONG)];
    at.world.fake.before = once(movesTo("REVOKING"), () => point(first, late));
    await samira().revoke(first);
    expect(at.world.status(late)).toBe("REVOKING");
  });
  it("is not kept from its end by one that is over", async () => {
    const [first, over] = [await routineGrant(at.world, LONG), await routineGrant(at.world)];
    await point(first, over);
    await at.world.advance(61_000);
    await samira().revoke(first);
    expect([first, over].map(at.world.status)).toEqual(["REVOKING", "ENDED"]);
  });
  it("when it is over itself, is refused, takes nothing with it and says what extends it", async () => {
    const [over, next] = [await routineGrant(at.world), await routineGrant(at.world, LONG)];
    await point(over, next);
    await at.world.advance(61_000);
    expect(await samira().revoke(over)).toMatchObject({
      code: "wrong_state",
      body: { error: { details: { status: "ENDED", extendedBy: next } } },
    });
    expect(at.world.status(next)).toBe("ACTIVE");
  });
  it("is revoked as a whole by a repeat, after a call that died on the way", async () => {
    const [first, second] = [await routineGrant(at.world, LONG), await routineGrant(at.world, LONG)];
    await point(first, second);
    let left = 1;
    at.world.fake.before = (command) => {
      if (!movesTo("REVOKING")(command)) return;
      left -= 1;
      if (left < 0) throw timedOut("DynamoDB");
    };
    expect((await samira().revoke(first)).status).toBe(503);
    expect([first, second].map(at.world.status)).toEqual(["ACTIVE", "REVOKING"]);
    at.world.fake.before = undefined;
    expect((await samira().revoke(first)).status).toBe(200);
    expect(at.world.status(first)).toBe("REVOKING");
  });
});

describe("revoking while something else happens", () => {
  it("stops a mint between AssumeRole and ACTIVE: the session is denied and never delivered (I-01)", async () => {
    const id = await approvedGrant(at.world, LONG);
    at.world.sts.after = () => samira().revoke(id);
    await at.world.mint(id);
    expect(at.world.status(id)).toBe("REVOKING");
    expect((await at.world.agent("finetune-pipeline").collect(id)).code).toBe("grant_over");
  });
  it.each([
    ["APPROVED", "CANCELLED"],
    ["ACTIVATING", "REVOKING"],
    ["ACTIVE", "REVOKING"],
  ])("follows a grant that became %s meanwhile", async (meanwhile, then) => {
    const id = meanwhile === "APPROVED" ? await pendingGrant(at.world) : await approvedGrant(at.world, LONG);
    at.world.workflow.paused = true;
    const move = {
      APPROVED: () => at.world.decide("priya", "approve"),
      ACTIVATING: () => {
        at.world.seal.fault = new Error("KMS is down");
        return at.world.mint(id).catch(() => undefined);
      },
      ACTIVE: () => at.world.mint(id),
    }[meanwhile];
    at.world.fake.before = once(movesTo("CANCELLED"), () => move?.());
    expect((await samira().revoke(id)).body).toMatchObject({ status: then });
    at.world.seal.fault = undefined;
  });
  it("stays revoked when the deny queue is down: sweep queues it", async () => {
    const id = await routineGrant(at.world, LONG);
    at.world.queue.fault = timedOut("SQS");
    expect((await samira().revoke(id)).body).toMatchObject({ status: "REVOKING" });
    at.world.queue.fault = undefined;
    await at.world.advance(61_000);
    await at.world.sweep();
    await at.world.revokeAll();
    expect(at.world.iam.denies("latchkey-access-training-data", id)).toBe(true);
  });
  it("settles a lost answer by reading back", async () => {
    const id = await routineGrant(at.world, LONG);
    at.world.fake.after = once(movesTo("REVOKING"), () => {
      throw timedOut("DynamoDB");
    });
    expect((await samira().revoke(id)).body).toMatchObject({ status: "REVOKING" });
    expect(at.world.history(id).filter((type) => type === "grant.revoking")).toHaveLength(1);
  });
  it("works while minting, sealing and mail are down (I-34)", async () => {
    const live = await routineGrant(at.world, LONG);
    const waiting = await pendingGrant(at.world);
    const down = () => {
      throw timedOut("everything else");
    };
    Object.assign(at.world.sts, { before: down });
    Object.assign(at.world.mail, { before: down });
    Object.assign(at.world.bus, { before: down });
    at.world.seal.fault = timedOut("KMS");
    expect((await samira().revoke(live)).body).toMatchObject({ status: "REVOKING" });
    expect((await samira().revoke(waiting)).body).toMatchObject({ status: "CANCELLED" });
    await at.world.revokeAll();
    expect(at.world.iam.denies("latchkey-access-training-data", live)).toBe(true);
    at.world.seal.fault = undefined;
  });
});
