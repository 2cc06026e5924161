import { describe, expect, it } from "vitest";
import { recordRefusal } from "../../../functions/aws/table/counted.ts";
import type { Actor } from "../../../functions/core/audit/event.ts";
import { identityOf } from "../../fakes/api.ts";
import { routine } from "../../fakes/asks.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const refused = () => at.world.events("request.refused");
const total = () => refused().reduce((sum, { facts }) => sum + (facts.count ?? 0), 0);
const minuteOver = async () => {
  at.world.tick(60_000);
  await at.world.sweep();
};

describe("a flood of refused calls (I-59)", () => {
  it("of 100,000 in a minute by one principal is a handful of events, and every call is counted", async () => {
    const calls = 100_000;
    const arn = "arn:aws:iam::123456789012:role/hostile";
    const codes = ["forbidden", "invalid_request", "not_found"] as const;
    for (let call = 0; call < calls; call += 1) {
      const actor: Actor = {
        ...{ type: "unknown", id: "AROAHOSTILE", arn },
        // All that a caller is free to choose.
        ...{
          sessionName: `session-${call}`,
          requestId: `request-${call}`,
          sourceIp: `203.0.113.${call % 256}`,
        },
      };
      const facts = { code: codes[call % codes.length] ?? "forbidden", path: "POST /grants" };
      await recordRefusal(at.world.deps(), { actor, facts });
    }
    await minuteOver();
    expect(refused().length).toBeLessThanOrEqual(2 * codes.length);
    expect(total()).toBe(calls);
    expect(at.world.fake.items().filter(({ entity }) => entity === "refusals")).toEqual([]);
  }, 300_000);

  it("through the API, under as many session and federated names as there are calls, is no more", async () => {
    const role = "arn:aws:iam::123456789012:role/hostile";
    const federated = (name: string) => ({
      ...{ accountId: "123456789012", caller: `123456789012:${name}`, user: `123456789012:${name}` },
      userArn: `arn:aws:sts::123456789012:federated-user/${name}`,
    });
    for (let call = 0; call < 300; call += 1) {
      await at.world
        .as(identityOf(role, "AROAHOSTILE", `name-${call}`))
        .ask({ ...routine, purpose: `p${call}` });
      await at.world.as(federated(`name-${call}`)).get(`grant-${call}`);
    }
    await minuteOver();
    expect(refused().map(({ actor, facts }) => [actor.type, facts.code, facts.count])).toEqual([
      ["unknown", "forbidden", 1],
      ["unknown", "forbidden", 1],
      ["unknown", "forbidden", 299],
      ["unknown", "forbidden", 299],
    ]);
    expect(total()).toBe(600);
  });
});
