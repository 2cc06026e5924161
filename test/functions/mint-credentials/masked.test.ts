import { describe, expect, it } from "vitest";
import { maskSecret } from "../../../functions/aws/seal.ts";
import { keys } from "../../../functions/aws/table/keys.ts";
import { readSealed } from "../../../functions/aws/table/sealed.ts";
import { sensitive } from "../../fakes/asks.ts";
import { timedOut } from "../../fakes/faults.ts";
import { edit } from "../../fakes/policy.ts";
import { once, routineGrant } from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld((bundle) =>
  edit(bundle.catalogue.resources, "support-conversations", (resource) =>
    Object.assign(resource, { masking: { fields: [{ path: "text", class: "free-text", method: "token" }] } }),
  ),
);
const MASKED = { masked: true, windowSeconds: 600 };
const ROLE = "latchkey-access-training-data";

async function secretOf(id: string): Promise<string> {
  const { table } = at.world.fake;
  const sealed = await readSealed(table, id);
  if (!sealed) throw new Error("nothing is sealed");
  const context = { grant: id, agent: "finetune-pipeline", attempt: String(sealed.attempt) };
  return maskSecret.parse(await at.world.maskSeal.open(sealed, context)).secret;
}

describe("a masked grant", () => {
  it("becomes active with a secret of its own and no session: no role is assumed (I-60)", async () => {
    const [one, other] = [await routineGrant(at.world, MASKED), await routineGrant(at.world, MASKED)];
    expect(at.world.grant(one)).toMatchObject({ status: "ACTIVE", masked: true });
    expect(at.world.sts.requests).toBe(0);
    expect(await secretOf(one)).not.toBe(await secretOf(other));
    expect(at.world.events("grant.activated")[0]?.facts).toMatchObject({ masked: true, attempt: 1 });
    expect(at.world.events("grant.activated")[0]?.facts.sessionName).toBeUndefined();
  });
  it("gives no credentials, and says where its rows are", async () => {
    const id = await routineGrant(at.world, MASKED);
    expect(await at.world.agent("finetune-pipeline").collect(id)).toMatchObject({
      status: 409,
      code: "masked_only",
    });
  });
  it.each([
    ["is revoked", (id: string) => at.world.person("samira").revoke(id), "revoked"],
    ["is released", (id: string) => at.world.agent("finetune-pipeline").release(id), "released"],
  ])(
    "is over at once when it %s: its secret is gone, and no list needs a deny (I-68)",
    async (_, stop, code) => {
      const id = await routineGrant(at.world, MASKED);
      expect(await stop(id)).toMatchObject({
        status: 200,
        body: { status: "REVOKED", proof: "no_session", closing: { code } },
      });
      expect(at.world.fake.item(keys.sealed(id))).toBeUndefined();
      expect(at.world.fake.item(keys.live(ROLE, id))).toBeUndefined();
      expect(at.world.fake.item(keys.deny(ROLE, id))).toBeUndefined();
      expect(at.world.queue.messages).toEqual([]);
      expect(at.world.history(id).slice(-2)).toEqual(["grant.revoking", "grant.revoked"]);
    },
  );
  it("whose last word was lost is said to be over by the sweep", async () => {
    const id = await routineGrant(at.world, MASKED);
    at.world.fake.before = once(
      ({ input }) => JSON.stringify(input).includes('"REVOKED"'),
      () => {
        throw timedOut();
      },
    );
    await at.world.person("samira").revoke(id);
    await at.world.advance(61_000);
    await at.world.sweep();
    expect(at.world.grant(id)).toMatchObject({ status: "REVOKED", proof: "no_session" });
    expect(at.world.queue.messages).toEqual([]);
  });
  it("is stopped by a lockdown of its agent, and ends with its window", async () => {
    const [one, other] = [await routineGrant(at.world, MASKED), await routineGrant(at.world, MASKED)];
    await at.world.advance(600_000);
    expect(at.world.grant(one).status).toBe("ENDED");
    expect(at.world.fake.item(keys.sealed(other))).toBeUndefined();
    const third = await routineGrant(at.world, MASKED);
    await at.world.person("samira").lockDown({ type: "agent", id: "finetune-pipeline" });
    expect(at.world.grant(third)).toMatchObject({ status: "REVOKED", closing: { code: "locked_down" } });
  });
  it("is refused for a resource without masking rules", async () => {
    const reply = await at.world
      .agent("support-assistant")
      .ask({ ...sensitive, masked: true, resource: "customer-profiles" });
    expect(reply).toMatchObject({ status: 400, code: "invalid_request" });
  });
});
