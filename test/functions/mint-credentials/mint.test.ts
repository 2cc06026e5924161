import { describe, expect, it } from "vitest";
import { clockAgrees, sessionSeconds } from "../../../functions/mint-credentials/assume.ts";
import {
  approvedGrant,
  asked,
  movesTo,
  once,
  orphanedAttempt,
  pendingGrant,
  routineGrant,
} from "../../fakes/scenes.ts";
import { useWorld } from "../../fakes/use-world.ts";

const at = useWorld();
const LEASE_MS = 60_000;

describe("minting", () => {
  it("claims the attempt and lists it as live before it calls AssumeRole (I-01, I-46)", async () => {
    const id = await approvedGrant(at.world);
    at.world.sts.before = () => {
      expect(at.world.grant(id)).toMatchObject({ status: "ACTIVATING", attempt: 1 });
      expect(
        at.world.fake.item({ pk: "ROLE#latchkey-access-training-data", sk: `LIVE#${id}` }),
      ).toBeDefined();
      expect(at.world.history(id).at(-1)).toBe("grant.attempt_claimed");
    };
    expect(await at.world.mint(id)).toMatchObject({ next: "waitToEnd", until: "2026-11-21T09:31:00.000Z" });
    expect(at.world.sts.requests).toBe(1);
  });
  it("asks for a session that can do what was asked, until the end, and nothing else (I-04, I-05)", async () => {
    await routineGrant(at.world, { scope: { prefix: "2026/" } });
    const [issued] = at.world.sts.issued;
    const { Statement } = JSON.parse(issued?.policy ?? "") as { Statement: Record<string, unknown>[] };
    expect(Statement.filter(({ Effect }) => Effect === "Allow").map(({ Action }) => Action)).toEqual([
      ["s3:GetObject"],
      ["s3:ListBucket"],
    ]);
    expect(Statement.filter(({ Effect }) => Effect === "Deny")).toEqual([
      {
        Effect: "Deny",
        Action: "*",
        Resource: "*",
        Condition: { DateGreaterThanEquals: { "aws:CurrentTime": "2026-11-21T09:31:00Z" } },
      },
      { Effect: "Deny", NotAction: ["s3:GetObject", "s3:ListBucket"], Resource: "*" },
      {
        Effect: "Deny",
        Action: "*",
        NotResource: [
          "arn:aws:s3:::latchkey-example-training-123456789012",
          "arn:aws:s3:::latchkey-example-training-123456789012/support/2026/*",
        ],
      },
    ]);
    expect(issued?.policy.length).toBeLessThanOrEqual(2_048);
    expect(issued?.roleArn).toBe("arn:aws:iam::123456789012:role/latchkey-access-training-data");
  });
  it("gives queries a folder of the grant's own, which the digest keeps a place for (I-03, I-19)", async () => {
    const wanted = {
      resource: "claims-by-month",
      access: "read",
      windowSeconds: 60,
      purpose: "monthly report",
    };
    const ids = [
      await asked(at.world, "analytics-copilot", wanted),
      await asked(at.world, "analytics-copilot", wanted),
    ];
    const results = (id: string) => `arn:aws:s3:::latchkey-example-results-123456789012/agents/${id}/*`;
    ids.forEach((id, place) => {
      const policy = at.world.sts.issued[place]?.policy ?? "";
      expect(policy).toContain(`{"Effect":"Allow","Action":["s3:PutObject"],"Resource":["${results(id)}"]}`);
      expect(policy).not.toContain("{grant}");
      expect(policy).not.toContain(ids[1 - place]);
      expect(at.world.grant(id).digest).toBe(at.world.grant(ids[0] ?? "").digest);
    });
  });
  it("mints nothing when the catalogue says another place for the data than was approved (I-03, I-18)", async () => {
    at.world.workflow.paused = true;
    const wanted = {
      resource: "claims-by-month",
      access: "read",
      windowSeconds: 60,
      purpose: "monthly report",
    };
    const id = await asked(at.world, "analytics-copilot", wanted);
    at.world.deploy(({ catalogue }) => {
      const resource = catalogue.resources.find((each) => each.id === "claims-by-month");
      if (resource?.settings) resource.settings.location = "arn:aws:s3:::elsewhere/claims/*";
    });
    expect(await at.world.mint(id)).toMatchObject({ next: "over" });
    expect(at.world.grant(id)).toMatchObject({ status: "DENIED", closing: { code: "policy_changed" } });
    expect(at.world.sts.requests).toBe(0);
  });
  it("names the session by itself, without a word of the agent's (A-17, I-06)", async () => {
    const id = await routineGrant(at.world, { purpose: "lk.other.x.1", task: "lk.finetune" });
    expect(at.world.sts.issued).toMatchObject([
      { sessionName: `lk.finetune.${id}.1`, sourceIdentity: "finetune-pipeline" },
    ]);
  });
  it("mints once when two runs meet (F-16, I-02)", async () => {
    const id = await approvedGrant(at.world);
    at.world.fake.before = once(movesTo("ACTIVATING"), () => at.world.mint(id));
    expect(await at.world.mint(id)).toMatchObject({ next: "waitToEnd" });
    expect(at.world.sts.requests).toBe(1);
    expect(at.world.grant(id)).toMatchObject({ status: "ACTIVE", attempt: 1 });
  });
  it("does nothing, and writes nothing, for a claim that is young (I-02)", async () => {
    const id = await orphanedAttempt(at.world);
    const { writes } = at.world.fake.counts;
    at.world.tick(LEASE_MS - 1);
    expect(await at.world.mint(id)).toMatchObject({ next: "waitToMint", until: "2026-11-21T09:31:00.250Z" });
    expect([at.world.sts.requests, at.world.fake.counts.writes]).toEqual([1, writes]);
  });
  it("writes nothing when called again for what is active or over (I-17)", async () => {
    const id = await routineGrant(at.world);
    const { writes } = at.world.fake.counts;
    expect(await at.world.mint(id)).toMatchObject({ next: "waitToEnd" });
    expect(at.world.fake.counts.writes).toBe(writes);
    await at.world.advance(61_000);
    expect(await at.world.mint(id)).toMatchObject({ next: "over" });
    expect(await at.world.mint("aaaaaaaaaaaaaaaa")).toMatchObject({ next: "over" });
    expect(at.world.sts.requests).toBe(1);
  });
  it("does not mint what waits for people, whoever calls (I-01)", async () => {
    const id = await pendingGrant(at.world);
    expect(await at.world.mint(id)).toMatchObject({ next: "ask", stage: 1 });
    expect(at.world.sts.requests).toBe(0);
  });
  it("waits for the requested start, and keeps the window when it comes late", async () => {
    const id = await approvedGrant(at.world, { startsAt: "2026-11-21T09:40:00Z", windowSeconds: 600 });
    expect(await at.world.mint(id)).toMatchObject({ next: "waitToMint", until: "2026-11-21T09:40:00.000Z" });
    at.world.tick(14 * 60_000);
    await at.world.mint(id);
    expect(at.world.grant(id)).toMatchObject({
      startsAt: "2026-11-21T09:40:00Z",
      endsAt: "2026-11-21T09:50:00Z",
    });
  });
  it("lets an approval lapse that nobody minted within 15 minutes of the start (I-20)", async () => {
    const id = await approvedGrant(at.world);
    at.world.tick(15 * 60_000 + 1_000);
    expect(await at.world.mint(id)).toMatchObject({ next: "over" });
    expect(at.world.status(id)).toBe("EXPIRED");
    expect(at.world.sts.requests).toBe(0);
  });
});

describe("how long a session lasts (I-04)", () => {
  it.each([
    [1, 900],
    [899, 900],
    [901, 901],
    [3_600, 3_600],
    [43_200, 3_600],
  ])("%i s left: %i s", (remaining, seconds) => {
    expect(sessionSeconds(remaining, 3_600)).toBe(seconds);
  });
  it.each([
    ["in the middle of the call", 1_500, true],
    ["2 s before the call", -2_000, true],
    ["2 s after it", 5_000, true],
    ["more than 2 s before", -2_001, false],
    ["more than 2 s after", 5_001, false],
  ])("agrees with a clock of STS %s: %i ms is %s (I-43)", (_, stsNow, agrees) => {
    expect(clockAgrees(900_000 + stsNow, 900, { from: 0, to: 3_000 })).toBe(agrees);
  });
});
