import { describe, expect, it } from "vitest";
import type { Broker } from "../../../../client/broker/broker.ts";
import { RefusedError } from "../../../../client/errors.ts";
import { gatherMonth } from "../../../../client/learn/review/gather.ts";
import {
  manifestDigest,
  manifestText,
  signOffFile,
  signOffParameters,
} from "../../../../client/learn/review/manifest.ts";
import { signReview } from "../../../../client/learn/review/sign.ts";
import { askGroup, settleGroup } from "../../../../client/learn/review/sign-off.ts";
import { keysIn } from "../../../../client/learn/review/signed.ts";
import { verifyPack } from "../../../../client/learn/review/verify.ts";
import type { AuditEvent } from "../../../../functions/core/audit/event.ts";
import { jwksOf } from "../../../../functions/core/audit/jwks.ts";
import type { Reply } from "../../../fakes/api.ts";
import { useWorld } from "../../../fakes/use-world.ts";
import type { World } from "../../../fakes/world.ts";
import { found, manifestFor, SHEETS } from "./signed-example.ts";

const at = useWorld();
const manifest = manifestFor();
const review = { manifest, digest: manifestDigest(manifestText(manifest)) };

/** The broker's own functions as a client sees them, signed for by one agent. */
function brokerOf(world: World, id: string): Broker {
  const agent = world.agent(id);
  const answer = async (reply: Promise<Reply>) => {
    const { status, body, code = "" } = await reply;
    if (status >= 400) throw new RefusedError("denied", `${status}`, code);
    return body;
  };
  const once = (options?: { idempotencyKey?: string }) =>
    options?.idempotencyKey ? { "idempotency-key": options.idempotencyKey } : {};
  return {
    act: (body: unknown, options?: { idempotencyKey?: string }) => answer(agent.act(body, once(options))),
    action: (grant: string) => answer(agent.action(grant)),
    grant: (grant: string) => answer(agent.get(grant)),
    redeem: (grant: string, body: unknown) => answer(agent.redeem(grant, body)),
    outcome: (grant: string, body: unknown) => answer(agent.outcome(grant, body)),
    release: (grant: string) => answer(agent.release(grant)),
  } as unknown as Broker;
}

const depsOf = (world: World, id = "access-reviewer") => ({
  broker: brokerOf(world, id),
  now: () => world.now(),
  pause: async () => undefined,
  fetchText: async () =>
    JSON.stringify(
      jwksOf([{ pem: await world.permitSigner.publicPem(), notBefore: "2020-01-01T00:00:00Z" }], 3_660),
    ),
});

/** What the record of this world tells of its grants. */
async function recorded(world: World) {
  const events: AuditEvent[] = world.fake.events.map(({ body }) => JSON.parse(body));
  return (await gatherMonth(events, { from: 0, until: Number.MAX_SAFE_INTEGER })).grants;
}

const parameters = signOffParameters(manifest, review.digest, "data-owners") as NonNullable<
  ReturnType<typeof signOffParameters>
>;

describe("an access review and the broker's own functions", () => {
  it("is signed by the permit of an action, which is used up, and holds against the record", async () => {
    const files = await signReview(depsOf(at.world), review);
    const whole = new Map([
      ...Object.entries(SHEETS),
      ["manifest.json", manifestText(manifest)] as const,
      ...files,
    ]);
    const keys = keysIn(files.get("jwks.json") ?? "") ?? [];
    const verified = await verifyPack({ found: found(whole), keys, grants: await recorded(at.world) });
    expect(verified).toMatchObject({ verdict: "whole", findings: [], signed: { agent: "access-reviewer" } });
    expect(at.world.events("permit.redeemed")).toHaveLength(1);
    expect(at.world.events("action.outcome_reported")).toMatchObject([{ facts: { code: "done" } }]);
    // Long after: a signature is judged as of when it was made.
    await at.world.advance(40 * 86_400_000);
    expect((await verifyPack({ found: found(whole), keys })).findings).toEqual([]);
  });

  it("is signed for no agent of another environment, and nothing is kept", async () => {
    await expect(signReview(depsOf(at.world, "support-assistant"), review)).rejects.toMatchObject({
      code: "policy_denied",
    });
    expect(at.world.events("permit.redeemed")).toEqual([]);
  });

  it("is signed off by a person of the group that was asked, and the record bears it out", async () => {
    const deps = depsOf(at.world);
    const signature = await signReview(deps, review);
    const action = await askGroup(deps, review, "data-owners");
    expect(await askGroup(deps, review, "data-owners")).toMatchObject({ id: action.id });
    const waiting = await settleGroup(deps, action, parameters, { timeoutSeconds: 0 });
    expect(JSON.parse(waiting.get(signOffFile("data-owners")) ?? "")).toMatchObject({ state: "waiting" });

    await at.world.decide("ingrid", "approve", { comment: "Fewer agents than last month" });
    const answer = await settleGroup(deps, action, parameters, { timeoutSeconds: 60 });
    const whole = new Map([
      ...Object.entries(SHEETS),
      ["manifest.json", manifestText(manifest)] as const,
      ...signature,
      ...answer,
    ]);
    const keys = keysIn(signature.get("jwks.json") ?? "") ?? [];
    const verified = await verifyPack({ found: found(whole), keys, grants: await recorded(at.world) });
    expect(verified.findings).toEqual([]);
    expect(verified.groups).toContainEqual({
      group: "data-owners",
      state: "signed_off",
      by: ["ingrid"],
      proof: "record",
    });
    const earlier = new Map([...whole, ...waiting]);
    expect(
      (await verifyPack({ found: found(earlier), keys, grants: await recorded(at.world) })).findings,
    ).toEqual([]);
    for (const [is, other] of [
      ['"person":"ingrid"', '"person":"kwame"'],
      ["Fewer agents", "More agents"],
    ] as const) {
      const kept = whole.get(signOffFile("data-owners")) ?? "";
      expect(kept).toContain(is);
      const changed = new Map(whole).set(signOffFile("data-owners"), kept.replace(is, other));
      expect(
        await verifyPack({ found: found(changed), keys, grants: await recorded(at.world) }),
      ).toMatchObject({ verdict: "tampered" });
    }
  });

  it("is kept as rejected with the words of who did, as the record has them", async () => {
    const deps = depsOf(at.world);
    const signature = await signReview(deps, review);
    const action = await askGroup(deps, review, "data-owners");
    await at.world.decide("ingrid", "reject", { comment: "Who is this agent?" });
    const answer = await settleGroup(deps, action, parameters, { timeoutSeconds: 60 });
    const whole = new Map([
      ...Object.entries(SHEETS),
      ["manifest.json", manifestText(manifest)] as const,
      ...signature,
      ...answer,
    ]);
    const verified = await verifyPack({ found: found(whole), grants: await recorded(at.world) });
    expect(verified.verdict).toBe("cannot_tell");
    expect(verified.groups[0]).toEqual({
      ...{ group: "data-owners", state: "rejected", by: ["ingrid"], proof: "record" },
    });
  });

  it("asks nobody in the name of a group that no rule names", async () => {
    const owners = {
      ...review,
      manifest: { ...manifest, groups: { privacy: { agents: 1, grants: 1, exceptions: 0 } } },
    };
    await expect(askGroup(depsOf(at.world), owners, "privacy")).rejects.toMatchObject({
      code: "policy_denied",
    });
  });
});
