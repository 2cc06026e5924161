import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { keys } from "../../../functions/aws/table/keys.ts";
import { permitInput, permitOf } from "../../../functions/core/actions/permit.ts";
import { publicKeyOf } from "../../../functions/core/audit/digest.ts";
import { digestOf } from "../../../functions/core/canonical.ts";
import {
  ASSISTANT,
  acted,
  codesOf,
  gateway,
  oneMail,
  permitFor,
  permitted,
  redeemed,
} from "../../fakes/actions.ts";
import { timedOut } from "../../fakes/faults.ts";
import { FakeSigner } from "../../fakes/signer.ts";
import { useWorld } from "../../fakes/use-world.ts";
import type { World } from "../../fakes/world.ts";

const at = useWorld();

const partOf = (permit: string, index: number) =>
  JSON.parse(Buffer.from(permit.split(".")[index] ?? "", "base64url").toString("utf8"));
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A permit with other claims, signed by Latchkey's own key: what nobody but Latchkey could make. */
async function signedWith(world: World, permit: string, change: object): Promise<string> {
  const { kid } = publicKeyOf(await world.permitSigner.publicPem());
  const input = permitInput({ ...partOf(permit, 1), ...change }, kid);
  return permitOf(input, await world.permitSigner.sign(input));
}

describe("a permit", () => {
  it("says who may do what, with which parameters, until when, and which policy let it", async () => {
    const { id, permit } = await permitted(at.world);
    expect(partOf(permit, 0)).toEqual({
      ...{ alg: "ES256", typ: "latchkey-permit+jwt" },
      kid: publicKeyOf(await at.world.permitSigner.publicPem()).kid,
    });
    const second = Math.floor(at.world.now() / 1000);
    expect(partOf(permit, 1)).toEqual({
      ...{ iss: "https://approve.test/v1", aud: "mail-gateway", sub: ASSISTANT, type: "send-mass-mail" },
      ...{ parametersDigest: digestOf(oneMail.parameters), grant: id, jti: expect.any(String) },
      ...{ policyVersion: at.world.policy.bundle.version, nbf: second, iat: second, exp: second + 300 },
    });
  });

  it("goes with its action's end", async () => {
    const { id } = await permitted(at.world);
    await at.world.advance(301_000);
    expect(at.world.status(id)).toBe("ENDED");
    expect(at.world.fake.item(keys.permit(id))).toBeUndefined();
  });

  it("is signed by the next key once there is one, and the one before is known still", async () => {
    const first = await permitted(at.world);
    at.world.permitSigner.rotate();
    const second = await permitted(at.world);
    expect(partOf(first.permit, 0).kid).not.toBe(partOf(second.permit, 0).kid);
    expect(await redeemed(at.world, first.id, first.permit)).toMatchObject({ status: 200 });
    expect(await redeemed(at.world, second.id, second.permit)).toMatchObject({ status: 200 });
  });
});

describe("redeeming", () => {
  it("is once: the second is refused, and each is an event", async () => {
    const { id, permit } = await permitted(at.world);
    expect(await redeemed(at.world, id, permit)).toMatchObject({
      status: 200,
      body: { id, redeemed: true, type: "send-mass-mail", agent: ASSISTANT },
    });
    expect(await redeemed(at.world, id, permit)).toMatchObject({ status: 409, code: "permit_used" });
    expect(at.world.events("permit.redeemed")).toMatchObject([
      { actor: { type: "system", id: "mail-gateway" }, grant: id },
    ]);
    expect(at.world.events("request.refused")).toMatchObject([{ facts: { code: "permit_used" } }]);
    expect(at.world.events("performer.pinned")).toHaveLength(1);
  });

  it("of 32 concurrent redemptions of one permit one succeeds", async () => {
    const { id, permit } = await permitted(at.world);
    const replies = await Promise.all(Array.from({ length: 32 }, () => redeemed(at.world, id, permit)));
    const codes = codesOf(replies);
    expect(codes.filter((code) => code === "200")).toHaveLength(1);
    expect(codes.filter((code) => code === "permit_used")).toHaveLength(31);
    expect(at.world.events("permit.redeemed")).toHaveLength(1);
  });

  it("answers the same to who redeemed and lost the answer, by the key, and to nobody else", async () => {
    const { id, permit } = await permitted(at.world);
    const body = { permit, parameters: oneMail.parameters };
    const mine = { "idempotency-key": "redeem-1" };
    const first = await gateway(at.world).redeem(id, body, mine);
    expect((await gateway(at.world).redeem(id, body, mine)).body).toEqual(first.body);
    expect(await gateway(at.world).redeem(id, body, { "idempotency-key": "other" })).toMatchObject({
      code: "permit_used",
    });
    expect(await gateway(at.world).redeem(id, body)).toMatchObject({ code: "permit_used" });
  });

  it.each<[string, (world: World, id: string) => Promise<unknown>, string]>([
    ["revoked", (world, id) => world.person("samira").revoke(id), "grant_over"],
    ["released", (world, id) => world.agent(ASSISTANT).release(id), "grant_over"],
    ["locked down", (world) => world.person("samira").lockDown({ type: "everything" }), "grant_over"],
  ])(
    "is not answered once more after the action was %s: nothing is done from then on (I-24)",
    async (_, stop, code) => {
      const { id, permit } = await permitted(at.world);
      const body = { permit, parameters: oneMail.parameters };
      const mine = { "idempotency-key": "redeem-1" };
      expect(await gateway(at.world).redeem(id, body, mine)).toMatchObject({ status: 200 });
      await stop(at.world, id);
      expect(await gateway(at.world).redeem(id, body, mine)).toMatchObject({ code });
      expect(at.world.events("permit.redeemed")).toHaveLength(1);
    },
  );

  it("takes the largest parameters that can be asked for, however a client writes them", async () => {
    const { id, permit } = await permitted(at.world);
    const escaped = JSON.stringify({ permit, parameters: { text: "" } }).replace(
      '""',
      `"${"\\u0439".repeat(8_000)}"`,
    );
    expect(await gateway(at.world).redeem(id, escaped)).toMatchObject({ code: "permit_mismatch" });
    const tooMuch = { permit, parameters: { text: "x".repeat(65_536) } };
    expect(await gateway(at.world).redeem(id, tooMuch)).toMatchObject({ code: "invalid_request" });
  });

  it("took place though its answer was lost on the way from the table", async () => {
    const { id, permit } = await permitted(at.world);
    const mine = { "idempotency-key": "redeem-1" };
    const body = { permit, parameters: oneMail.parameters };
    let lost = false;
    at.world.fake.after = (command) => {
      if (lost || !JSON.stringify(command.input).includes("ACTION#REDEEMED")) return;
      if (!("TransactItems" in command.input)) return;
      lost = true;
      throw timedOut();
    };
    expect((await gateway(at.world).redeem(id, body, mine)).status).toBeGreaterThanOrEqual(500);
    at.world.fake.after = undefined;
    expect(await gateway(at.world).redeem(id, body, mine)).toMatchObject({ status: 200 });
    expect(at.world.events("permit.redeemed")).toHaveLength(1);
  });

  it("is refused with any other parameters", async () => {
    const { id, permit } = await permitted(at.world);
    for (const change of [{ recipients: 2 }, { segment: "all" }, { extra: null }])
      expect(await redeemed(at.world, id, permit, { ...oneMail.parameters, ...change })).toMatchObject({
        status: 403,
        code: "permit_mismatch",
      });
    expect(await redeemed(at.world, id, permit, {})).toMatchObject({ code: "permit_mismatch" });
    const spelt = `{"permit":"${permit}","parameters":{"segment":"claim-4711","recipients":1e0,"subject":"We have your claim","template":"claim-received"}}`;
    expect(await gateway(at.world).redeem(id, spelt)).toMatchObject({ status: 200 });
  });

  it("is refused with the permit of another action, of the same kind or another", async () => {
    const [one, other] = [await permitted(at.world), await permitted(at.world)];
    expect(await redeemed(at.world, one.id, other.permit)).toMatchObject({ code: "permit_mismatch" });
    expect(at.world.fake.item(keys.redeemed(one.id))).toBeUndefined();
    expect(await redeemed(at.world, one.id, one.permit)).toMatchObject({ status: 200 });
  });

  it("is for the audience: not for another system, not for the agent that asked, not for others, nor people", async () => {
    const { id, permit } = await permitted(at.world);
    const body = { permit, parameters: oneMail.parameters };
    const code = async (client: {
      redeem(id: string, body: unknown): Promise<{ code: string | undefined }>;
    }) => (await client.redeem(id, body)).code;
    expect(await code(at.world.system("claims-desk"))).toBe("wrong_audience");
    expect(await code(at.world.agent(ASSISTANT))).toBe("wrong_audience");
    expect(await code(at.world.agent("analytics-copilot"))).toBe("not_found");
    expect(await code(at.world.person("samira"))).toBe("not_your_role");
    expect(await code(at.world.system("mail-gateway"))).toBeUndefined();
  });

  it("is the agent's own where it is the audience, and only of the very principal that asked", async () => {
    const parameters = {
      document: "reports/q3.md",
      sha256: "0".repeat(64),
      output: { classification: "none" },
    };
    const id = await acted(
      at.world,
      { type: "publish-summary", parameters, purpose: "The quarter" },
      "analytics-copilot",
    );
    const permit = await permitFor(at.world, id, "analytics-copilot");
    expect(await gateway(at.world).redeem(id, { permit, parameters })).toMatchObject({
      code: "wrong_audience",
    });
    const copilot = at.world.agent("analytics-copilot");
    expect(await copilot.redeem(id, { permit, parameters })).toMatchObject({ status: 200 });
  });

  it("knows a performing system by its unique id from its first redemption on (I-10)", async () => {
    const [one, other] = [await permitted(at.world), await permitted(at.world)];
    await redeemed(at.world, one.id, one.permit);
    const impostor = at.world.system("mail-gateway", "AIDASOMEBODYELSE");
    const body = { permit: other.permit, parameters: oneMail.parameters };
    expect(await impostor.redeem(other.id, body)).toMatchObject({ status: 403, code: "forbidden" });
  });

  it("is refused once the time is over, also before anybody has closed the action", async () => {
    const { id, permit } = await permitted(at.world);
    at.world.workflow.paused = true;
    at.world.tick(300_000);
    expect(await redeemed(at.world, id, permit)).toMatchObject({ status: 410, code: "grant_over" });
    // However long a permit says that it is good: the action's own end counts.
    const longer = await signedWith(at.world, permit, { exp: Math.floor(at.world.now() / 1000) + 600 });
    expect(await redeemed(at.world, id, longer)).toMatchObject({ status: 410, code: "grant_over" });
  });

  it.each<[string, object, string]>([
    ["another audience", { aud: "claims-desk" }, "wrong_audience"],
    ["another agent", { sub: "rag-indexer" }, "permit_mismatch"],
    ["another type", { type: "pay-claim" }, "permit_mismatch"],
    ["another digest", { parametersDigest: `sha256:${"0".repeat(64)}` }, "permit_mismatch"],
    ["another id, that was never issued", { jti: "another" }, "permit_mismatch"],
    ["a time to come", { nbf: 4_000_000_000, exp: 4_000_000_300 }, "permit_mismatch"],
    ["an end in the past", { exp: 1 }, "grant_over"],
  ])("is refused with a permit of %s, though the key is Latchkey's", async (_, change, code) => {
    const { id, permit } = await permitted(at.world);
    expect(await redeemed(at.world, id, await signedWith(at.world, permit, change))).toMatchObject({ code });
    expect(at.world.fake.item(keys.redeemed(id))).toBeUndefined();
  });

  it("is refused with a permit that a key signed which was retired", async () => {
    const signer = at.world.permitSigner;
    await permitted(at.world);
    const [kid, oldKey] = [publicKeyOf(await signer.publicPem()).kid, signer.privatePem()];
    signer.rotate();
    const { id, permit } = await permitted(at.world);
    signer.restore(oldKey);
    const input = permitInput(partOf(permit, 1), kid);
    const forged = permitOf(input, await signer.sign(input));
    expect(await redeemed(at.world, id, forged)).toMatchObject({ code: "permit_mismatch" });
    expect(await redeemed(at.world, id, permit)).toMatchObject({ status: 200 });
  });

  it("is refused with a permit that somebody else made (RFC 8725)", async () => {
    const { id, permit } = await permitted(at.world);
    const [head = "", payload = "", signature = ""] = permit.split(".");
    const pem = await at.world.permitSigner.publicPem();
    const hs256 = `${base64url({ ...partOf(permit, 0), alg: "HS256" })}.${payload}`;
    const own = new FakeSigner();
    const foreign = permitInput(partOf(permit, 1), publicKeyOf(await own.publicPem()).kid);
    const underOurKid = permitInput(partOf(permit, 1), partOf(permit, 0).kid);
    const embedded = `${base64url({ ...partOf(permit, 0), jwk: publicKeyOf(await own.publicPem()).key.export({ format: "jwk" }) })}.${payload}`;
    const forgeries = {
      "alg none": `${base64url({ ...partOf(permit, 0), alg: "none" })}.${payload}.AA`,
      "HS256 with the public key": `${hs256}.${createHmac("sha256", pem).update(hs256).digest("base64url")}`,
      "a key of one's own": permitOf(foreign, await own.sign(foreign)),
      "a key of one's own under our kid": permitOf(underOurKid, await own.sign(underOurKid)),
      "a key in the header": permitOf(embedded, await own.sign(embedded)),
      "another payload": `${head}.${base64url({ ...partOf(permit, 1), exp: 4_000_000_000 })}.${signature}`,
      "no signature of a signature's length": `${head}.${payload}.AAAA`,
      "another type of token": `${base64url({ ...partOf(permit, 0), typ: "JWT" })}.${payload}.${signature}`,
    };
    for (const [what, forged] of Object.entries(forgeries))
      expect((await redeemed(at.world, id, forged)).code, what).toBe("permit_mismatch");
    expect(at.world.fake.item(keys.redeemed(id))).toBeUndefined();
    expect(await redeemed(at.world, id, permit)).toMatchObject({ status: 200 });
  });
});

describe("stopping an action", () => {
  it("wins over every redemption that comes after, without a deny: it is REVOKED at once (I-28)", async () => {
    const { id, permit } = await permitted(at.world);
    expect((await at.world.person("samira").revoke(id)).body).toMatchObject({
      status: "REVOKED",
      proof: "no_session",
    });
    expect(await redeemed(at.world, id, permit)).toMatchObject({ status: 410, code: "grant_over" });
    expect(at.world.queue.messages).toEqual([]);
    expect(at.world.fake.item(keys.permit(id))).toBeUndefined();
  });

  it.each(["release", "revoke"] as const)(
    "a %s in the middle of a redemption: one of the two is first",
    async (how) => {
      const { id, permit } = await permitted(at.world);
      const stop = () =>
        how === "release" ? at.world.agent(ASSISTANT).release(id) : at.world.person("samira").revoke(id);
      let once = false;
      at.world.fake.before = async (command) => {
        if (once || !("TransactItems" in command.input)) return;
        if (!JSON.stringify(command.input).includes("ACTION#REDEEMED")) return;
        once = true;
        await stop();
      };
      expect(await redeemed(at.world, id, permit)).toMatchObject({ status: 410, code: "grant_over" });
      expect(at.world.events("permit.redeemed")).toEqual([]);
      expect(at.world.status(id)).toBe("REVOKED");
    },
  );

  it("a lockdown in the middle of a redemption is met by the redemption's own transaction (I-71)", async () => {
    const { id, permit } = await permitted(at.world);
    let once = false;
    at.world.fake.before = async (command) => {
      if (once || !("TransactItems" in command.input)) return;
      if (!JSON.stringify(command.input).includes("ACTION#REDEEMED")) return;
      once = true;
      at.world.fake.plant({
        ...keys.lockdownOf("everything"),
        entity: "lockdown-target",
        lockdownId: at.world.newId(),
      });
    };
    expect(await redeemed(at.world, id, permit)).toMatchObject({ status: 403, code: "locked_down" });
    expect(at.world.events("permit.redeemed")).toEqual([]);
  });

  it.each([
    { type: "agent", id: ASSISTANT },
    { type: "resource", id: "send-mass-mail" },
    { type: "everything" },
  ])("a lockdown of $type ends it", async (target) => {
    const { id, permit } = await permitted(at.world);
    await at.world.person("samira").lockDown(target);
    expect(at.world.status(id)).toBe("REVOKED");
    expect((await redeemed(at.world, id, permit)).code).toBe("grant_over");
  });
});

describe("what came of it", () => {
  const report = (id: string, result: string, detail?: string) =>
    gateway(at.world).outcome(id, { result, ...(detail ? { detail } : {}) });
  async function begun(): Promise<string> {
    const { id, permit } = await permitted(at.world);
    await redeemed(at.world, id, permit);
    return id;
  }

  it("is told by who redeemed, and stands", async () => {
    const id = await begun();
    expect(await report(id, "done", "one mail queued")).toMatchObject({
      status: 200,
      body: { outcome: { result: "done", by: "mail-gateway", detail: "one mail queued" } },
    });
    expect(await report(id, "done")).toMatchObject({ status: 200 });
    expect(await report(id, "failed")).toMatchObject({ status: 409, code: "wrong_state" });
    expect(at.world.events("action.outcome_reported")).toMatchObject([{ facts: { code: "done" } }]);
  });

  it("is told by nobody else, and not before the permit is redeemed", async () => {
    const { id } = await permitted(at.world);
    expect(await report(id, "done")).toMatchObject({ status: 409, code: "wrong_state" });
    const begunId = await begun();
    expect((await at.world.system("claims-desk").outcome(begunId, { result: "done" })).code).toBe(
      "wrong_audience",
    );
    expect((await at.world.agent(ASSISTANT).outcome(begunId, { result: "done" })).code).toBe(
      "wrong_audience",
    );
  });

  it("of which nobody says anything is on record as unknown once its time is over, and stays visible", async () => {
    const id = await begun();
    await at.world.advance(301_000);
    expect(at.world.status(id)).toBe("ENDED");
    expect(at.world.events("action.outcome_unknown")).toMatchObject([{ facts: { code: "unknown" } }]);
    const assistant = at.world.agent(ASSISTANT);
    expect((await assistant.action(id)).body).toMatchObject({
      outcome: { result: "unknown", by: "end-access" },
    });
    expect((await assistant.list()).body).toMatchObject({ grants: [{ id, outcome: { result: "unknown" } }] });
    await at.world.end(id);
    expect(at.world.events("action.outcome_unknown")).toHaveLength(1);
  });

  it("that was unknown can be made good later, once", async () => {
    const id = await begun();
    await at.world.advance(301_000);
    expect(await report(id, "done")).toMatchObject({ status: 200, body: { outcome: { result: "done" } } });
    expect(await report(id, "unknown")).toMatchObject({ status: 409, code: "wrong_state" });
  });

  it("is not unknown of an action that nobody began", async () => {
    const { id } = await permitted(at.world);
    await at.world.advance(301_000);
    expect(at.world.events("action.outcome_unknown")).toEqual([]);
    expect((await at.world.agent(ASSISTANT).action(id)).body).not.toHaveProperty("outcome");
  });

  it("is on record too of an action that was revoked in the middle", async () => {
    const id = await begun();
    await at.world.person("samira").revoke(id);
    await at.world.advance(301_000);
    expect(at.world.events("action.outcome_unknown")).toHaveLength(1);
  });
});
