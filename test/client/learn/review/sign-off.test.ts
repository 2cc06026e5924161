import { describe, expect, it } from "vitest";
import type { Broker } from "../../../../client/broker/broker.ts";
import { RefusedError } from "../../../../client/errors.ts";
import { signOffParameters } from "../../../../client/learn/review/manifest.ts";
import { publishedKeys } from "../../../../client/learn/review/sign.ts";
import { askGroup, settleGroup, signOffOf } from "../../../../client/learn/review/sign-off.ts";
import type { ActionBody, ActionView } from "../../../../functions/core/api/actions.ts";
import { digestOf } from "../../../../functions/core/canonical.ts";
import { grantNo } from "./example.ts";
import { manifestFor } from "./signed-example.ts";

const review = { manifest: manifestFor(), digest: `sha256:${"3".repeat(64)}` };
const parameters = signOffParameters(review.manifest, review.digest, "data-owners") as NonNullable<
  ReturnType<typeof signOffParameters>
>;
type Stage = {
  status: string;
  approved: { person: string; at: string }[];
  rejected?: { person: string; at: string };
};

/** A broker that has one action, as people have left it, and notes what it was called for. */
function brokerWith(over: {
  status: string;
  stage?: Stage | null;
  permit?: string;
  digest?: string;
  type?: string;
  group?: string;
  missing?: boolean;
}) {
  const calls: string[] = [];
  const { stage = { status: "open", approved: [] } } = over;
  const action = {
    ...{
      id: grantNo(7),
      status: over.status,
      type: over.type ?? "sign-off-access-review",
      audience: "agent",
      parameters,
    },
    parametersDigest: over.digest ?? digestOf(parameters),
    window: { seconds: 900 },
    decision: { plan: stage ? [{ group: over.group ?? "data-owners", quorum: 1, ...stage }] : [] },
    ...(over.permit ? { permit: over.permit } : {}),
  } as unknown as ActionView;
  const broker = {
    act: async (body: ActionBody, once?: { idempotencyKey?: string }) => {
      calls.push(`act ${body.type} ${once?.idempotencyKey ?? "anew"}`);
      return action;
    },
    action: async (id: string) => {
      calls.push(`action ${id}`);
      if (over.missing) throw new RefusedError("not_found", "There is no such grant.", "not_found");
      return action;
    },
    grant: async () => action,
    redeem: async (_id: string, { permit }: { permit: string }) => void calls.push(`redeem ${permit}`),
    outcome: async (_id: string, { result }: { result: string }) => void calls.push(`outcome ${result}`),
    release: async (id: string) => void calls.push(`release ${id}`),
  } as unknown as Broker;
  return { broker, calls, action };
}
const settle = ({ broker, action }: ReturnType<typeof brokerWith>) =>
  settleGroup({ broker, now: () => 0, pause: async () => undefined }, action, parameters, {
    timeoutSeconds: 0,
  });
const yes: Stage = { status: "approved", approved: [{ person: "ingrid", at: "2026-11-03T08:00:00.000Z" }] };
const no: Stage = {
  status: "rejected",
  approved: [],
  rejected: { person: "kwame", at: "2026-11-03T08:00:00.000Z" },
};

describe("asking a group to sign a review off", () => {
  it("is one ask however often it is made, by a key of exactly what is asked (I-38)", async () => {
    const one = brokerWith({ status: "PENDING" });
    await askGroup(one, review, "data-owners");
    await askGroup(one, review, "data-owners");
    await askGroup(one, { ...review, digest: `sha256:${"4".repeat(64)}` }, "data-owners").catch(
      () => undefined,
    );
    const keys = one.calls.filter((call) => call.startsWith("act"));
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
  });

  it("looks at what was asked before, and asks anew who said no only when told to", async () => {
    const { broker, calls } = brokerWith({ status: "REJECTED", stage: no });
    const before = signOffOf(await broker.action(grantNo(7)), parameters);
    expect(before).toMatchObject({ state: "rejected", rejected: { person: "kwame" } });
    await askGroup({ broker }, review, "data-owners", { before });
    expect(calls.filter((call) => call.startsWith("act "))).toEqual([]);
    await askGroup({ broker }, review, "data-owners", { before, again: true });
    expect(calls.at(-1)).toBe("act sign-off-access-review anew");
  });

  it.each([
    ["policy asks nobody", { status: "APPROVED", stage: null }],
    ["policy asks another group", { status: "PENDING", group: "security" }],
    ["the broker made another action of it", { status: "PENDING", type: "publish-summary" }],
    ["the broker made other parameters of it", { status: "PENDING", digest: `sha256:${"5".repeat(64)}` }],
  ] as const)("is no sign-off, and is taken back, when %s", async (_what, over) => {
    const { broker, calls } = brokerWith(over);
    await expect(askGroup({ broker }, review, "data-owners")).rejects.toMatchObject({ kind: "failed" });
    expect(calls.at(-1)).toBe(`release ${grantNo(7)}`);
  });

  it.each([
    ["another action's", { type: "publish-summary" }],
    ["another review's", { digest: `sha256:${"5".repeat(64)}` }],
    ["another group's", { group: "security" }],
    ["nobody's that the broker knows", { missing: true }],
  ])(
    "asks all the same when what the pack names is %s, whatever it says became of it",
    async (_what, over) => {
      const own = signOffOf(brokerWith({ status: "ACTIVE", stage: yes }).action, parameters);
      const { broker, calls } = brokerWith({ status: "ACTIVE", stage: yes, ...over });
      await askGroup({ broker }, review, "data-owners", { before: own }).catch(() => undefined);
      expect(calls.slice(0, 2)).toEqual([
        `action ${grantNo(7)}`,
        expect.stringMatching(/^act sign-off-access-review sign-off-/),
      ]);
    },
  );

  it("goes by what the broker says of an earlier ask, not by what the pack says", async () => {
    const before = { ...signOffOf(brokerWith({ status: "ACTIVE", stage: yes }).action, parameters) };
    const { broker, calls } = brokerWith({ status: "REJECTED", stage: no });
    await askGroup({ broker }, review, "data-owners", { before, again: true });
    expect(calls.at(-1)).toBe("act sign-off-access-review anew");
  });

  it("is refused for a group that owns nothing in the review, and nobody is asked", async () => {
    const { broker, calls } = brokerWith({ status: "PENDING" });
    await expect(askGroup({ broker }, review, "privacy")).rejects.toMatchObject({
      kind: "usage",
      message: "Group privacy owns nothing in this review; it is of data-owners, security.",
    });
    expect(calls).toEqual([]);
  });
});

describe("what is kept of a sign-off", () => {
  it.each([{ digest: `sha256:${"5".repeat(64)}` }, { type: "publish-summary" }, { group: "security" }])(
    "is nothing of what is another's: %j",
    async (over) => {
      const { action } = brokerWith({ status: "ACTIVE", stage: yes, ...over });
      expect(() => signOffOf(action, parameters)).toThrow("is no sign-off of this review by data-owners");
    },
  );

  it("is who said yes, with the permit, which is used up before it is kept", async () => {
    const world = brokerWith({ status: "ACTIVE", stage: yes, permit: "a.b.c" });
    const files = await settle(world);
    expect(JSON.parse(files.get("sign-off-data-owners.json") ?? "")).toMatchObject({
      state: "signed_off",
      approved: yes.approved,
    });
    expect(files.get("sign-off-data-owners.jwt")).toBe("a.b.c\n");
    expect(world.calls.slice(-2)).toEqual(["redeem a.b.c", "outcome done"]);
  });

  it.each([
    [
      "who said yes, where nobody collected the permit in time",
      { status: "ENDED", stage: yes },
      "signed_off",
    ],
    ["who said no", { status: "REJECTED", stage: no }, "rejected"],
    ["that it still waits", { status: "PENDING" }, "waiting"],
    ["that nobody answered", { status: "EXPIRED" }, "over"],
  ] as const)("is %s", async (_what, over, state) => {
    const world = brokerWith(over);
    const files = await settle(world);
    expect([...files.keys()]).toEqual(["sign-off-data-owners.json"]);
    expect(JSON.parse(files.get("sign-off-data-owners.json") ?? "").state).toBe(state);
    expect(world.calls.filter((call) => call.startsWith("redeem"))).toEqual([]);
  });
});

describe("the keys that are kept beside a signature", () => {
  it.each([undefined, 7, "not an address", "http://keys.example/v1", "file:///etc/passwd"])(
    "are not fetched from %j",
    async (issuer) => {
      const asked: string[] = [];
      const fetchText = async (url: string) => {
        asked.push(url);
        return "";
      };
      await expect(publishedKeys({ fetchText }, issuer)).rejects.toMatchObject({ kind: "failed" });
      expect(asked).toEqual([]);
    },
  );

  it("are none when what answers is no key set", async () => {
    const fetchText = async () => '{"keys":[]}';
    await expect(publishedKeys({ fetchText }, "https://a.example/v1")).rejects.toMatchObject({
      kind: "unavailable",
    });
  });
});
